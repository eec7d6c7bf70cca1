using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using Microsoft.EntityFrameworkCore;
using Migrator.Fleet;

namespace ControlPlane.Fleet;

/// <summary>
/// The fleet's journal in the catalog. Results are written together, many in one transaction of the operation's own, so a worker
/// that lost its operation writes nothing. Work goes on meanwhile: a result that is lost in a crash is found again in the database
/// itself. While the catalog is away the run waits for it.
/// </summary>
/// <param name="versionOf">What the catalog is to note as the schema of a database with this result; null leaves it.</param>
internal sealed class CatalogJournal(StepContext step, FleetWorkKind kind, Func<TargetResult, string?> versionOf) : IFleetJournal
{
    private const int MostAtOnce = 500;

    /// <summary>How long a result waits for others to be written with.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(25);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly Channel<Entry> entries = Channel.CreateBounded<Entry>(new BoundedChannelOptions(2 * MostAtOnce) { SingleReader = true });
    private readonly ConcurrentDictionary<string, Guid> expected = new(StringComparer.Ordinal);

    /// <summary>The database that results of this name will be about.</summary>
    public void Expect(string name, Guid database) => expected[name] = database;

    /// <summary>Notes that work on a database begins; written along with what comes next.</summary>
    public void Begin(FleetTarget target) => Note(target, FleetTargetState.Running, begun: 1, error: null);

    /// <summary>Notes why a database comes again later; written along with what comes next.</summary>
    public void Requeue(FleetTarget target, string why) => Note(target, FleetTargetState.Requeued, begun: 0, why);

    /// <summary>The operation's own lease keeps others away, by a crash too.</summary>
    public Task<IAsyncDisposable> ClaimAsync(string run, CancellationToken ct) => Task.FromResult<IAsyncDisposable>(new Writing(entries.Writer, WriteAllAsync(ct)));

    public async Task RecordAsync(TargetResult result, CancellationToken ct)
    {
        expected.TryRemove(result.Target, out var database);
        var entry = new Entry(database, StateOf(result.State), Begun: 0, result.Attempts, result.Error, [.. result.Differences], versionOf(result), IsResult: true);
        try
        {
            await entries.Writer.WriteAsync(entry, ct);
        }
        catch (ChannelClosedException closed) when (closed.InnerException is { } cause)
        {
            ExceptionDispatchInfo.Throw(cause);
        }
    }

    /// <summary>When the journal is behind by many results, it can do without this.</summary>
    private void Note(FleetTarget target, FleetTargetState state, int begun, string? error) =>
        entries.Writer.TryWrite(new(expected[target.Name], state, begun, Attempts: 0, error, [], Version: null, IsResult: false));

    private async Task WriteAllAsync(CancellationToken ct)
    {
        var together = new List<Entry>();
        try
        {
            while (await entries.Reader.WaitToReadAsync(ct))
            {
                await Task.Delay(Together, ct);
                while (together.Count < MostAtOnce && entries.Reader.TryRead(out var entry))
                {
                    together.Add(entry);
                }

                await WriteAsync([.. together.GroupBy(e => e.Database).Select(Merge).OrderBy(e => e.Database)], ct);
                together.Clear();
            }
        }
        catch (Exception error)
        {
            // The run must not go on unrecorded.
            entries.Writer.TryComplete(error);
            throw;
        }
    }

    private static Entry Merge(IEnumerable<Entry> ofOne)
    {
        var all = ofOne.ToList();
        return all[^1] with { Begun = all.Sum(e => e.Begun) };
    }

    private async Task WriteAsync(List<Entry> results, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                await step.WriteAsync(db => WriteAsync(db, results, ct), ct);
                return;
            }
            catch (Exception error) when (Transient.Is(error) && !ct.IsCancellationRequested)
            {
                await Task.Delay(Pause, ct);
            }
        }
    }

    /// <summary>It does not wait for the disk either.</summary>
    private Task<int> WriteAsync(CatalogDb db, List<Entry> results, CancellationToken ct)
    {
        var ids = results.Select(r => r.Database).ToArray();
        var states = results.Select(r => CatalogConventions.Snake(r.State.ToString())).ToArray();
        var begun = results.Select(r => r.Begun).ToArray();
        var attempts = results.Select(r => r.Attempts).ToArray();
        var errors = results.Select(r => r.Error).ToArray();
        var differences = results.Select(r => string.Join('\n', r.Differences)).ToArray();
        var versions = results.Select(r => r.Version).ToArray();
        var ended = results.Select(r => r.IsResult).ToArray();
        var work = CatalogConventions.Snake(kind.ToString());
        return db.Database.ExecuteSqlAsync($"""
            with result as (
              select * from unnest({ids}, {states}, {begun}, {attempts}, {errors}, {differences}, {versions}, {ended})
                as r (id, state, begun, attempts, error, differences, version, ended)),
            moved as (
              update tenant_databases d set schema_version = r.version
              from result r where d.id = r.id and d.schema_version is distinct from r.version and r.version is not null)
            update fleet_targets f
            set state = r.state, error = r.error, attempts = greatest(f.attempts + r.begun, r.attempts),
                differences = coalesce(string_to_array(nullif(r.differences, ''), e'\n'), array[]::text[]),
                started_at = case when r.begun > 0 then clock_timestamp() else f.started_at end,
                finished_at = case when r.ended then clock_timestamp() end
            from result r, set_config('synchronous_commit', 'off', true)
            where f.database_id = r.id and f.work = {work} and f.operation_id = {step.OperationId}
            """, ct);
    }

    private static FleetTargetState StateOf(TargetState state) => state switch
    {
        TargetState.Done => FleetTargetState.Done,
        TargetState.Pending => FleetTargetState.Behind,
        TargetState.Locked => FleetTargetState.Locked,
        TargetState.Unreachable => FleetTargetState.Unreachable,
        TargetState.Drifted => FleetTargetState.Drifted,
        _ => FleetTargetState.Failed,
    };

    /// <param name="Begun">How often work on it began since the last entry.</param>
    /// <param name="IsResult">False for what is on its way.</param>
    private sealed record Entry(
        Guid Database, FleetTargetState State, int Begun, int Attempts, string? Error, IReadOnlyList<string> Differences, string? Version, bool IsResult);

    private sealed class Writing(ChannelWriter<Entry> entries, Task writing) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            entries.TryComplete();
            await writing;
        }
    }
}
