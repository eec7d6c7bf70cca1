using System.Diagnostics;
using Migrator.Databases;
using Npgsql;

namespace Benchmarks.Migrations;

/// <summary>Tenants that write while their databases are migrated: how long a statement of theirs waits at most, and whether any fails.</summary>
public sealed class MigrateTraffic(BenchmarkFleet fleet) : IBenchmark
{
    private const int Writers = 50;

    private static readonly MigratorOptions Options = new() { MaxLockTimeout = TimeSpan.FromMilliseconds(500) };

    public string Name => "migrate-traffic";

    public async Task<IReadOnlyList<BenchmarkLine>> RunAsync(CancellationToken ct)
    {
        await fleet.PrepareAsync(ct);
        var ours = fleet.Ours;
        ours.Add(1);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var written = new Tally();
        var writers = fleet.Names.Where((_, i) => i % (fleet.Names.Count / Writers) == 0).Select(name => WriteAsync(name, written, end.Token)).ToList();
        try
        {
            await ours.ApplyAsync(Options, ct);
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(writers);
        }

        Console.Error.WriteLine($"{written.Statements} statements of {Writers} tenants during the run");
        return
        [
            BenchmarkLine.AtMost($"{Name}/longest-tenant-statement", written.Longest.TotalMilliseconds, Options.LockTimeout.TotalMilliseconds + 100, "ms"),
            BenchmarkLine.AtMost($"{Name}/tenant-errors", written.Errors, 0, ""),
        ];
    }

    private async Task WriteAsync(string name, Tally tally, CancellationToken ct)
    {
        await using var source = new NpgsqlDataSourceBuilder(fleet.ConnectionString(name)).ConfigureTypeLoading(types => types.EnableTypeLoading(enable: false)).Build();
        await using var connection = await source.OpenConnectionAsync(CancellationToken.None);
        while (!ct.IsCancellationRequested)
        {
            var clock = Stopwatch.StartNew();
            try
            {
                await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
                await using var insert = new NpgsqlCommand("update t1 set name = 'new' where id = 1", connection, transaction);
                await insert.ExecuteNonQueryAsync(CancellationToken.None);
                await using var other = new NpgsqlCommand("insert into t2 (id, name) select coalesce(max(id), 0) + 1, 'row' from t2", connection, transaction);
                await other.ExecuteNonQueryAsync(CancellationToken.None);
                await transaction.CommitAsync(CancellationToken.None);
                tally.Add(clock.Elapsed, failed: false);
            }
            catch (NpgsqlException)
            {
                tally.Add(clock.Elapsed, failed: true);
            }

            await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(50), ct));
        }
    }

    private sealed class Tally
    {
        private readonly Lock gate = new();

        public long Statements { get; private set; }

        public long Errors { get; private set; }

        public TimeSpan Longest { get; private set; }

        public void Add(TimeSpan took, bool failed)
        {
            lock (gate)
            {
                Statements++;
                if (failed) Errors++;
                if (took > Longest) Longest = took;
            }
        }
    }
}
