using System.Diagnostics;
using Npgsql;
using Provisioner.Postgres;

namespace Provisioner.Moves;

/// <summary>Looks at source and target of a move and changes nothing.</summary>
public sealed class MovePreflight
{
    private const string Size =
        $"""
        select pg_database_size(current_database()),
               coalesce(sum(pg_relation_size(c.oid)) filter (where relkind = 'i'), 0)::bigint,
               count(*) filter (where relkind = 'r')::int,
               count(*) filter (where relkind = 'S')::int,
               (select count(*)::int from pg_largeobject_metadata)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace where {CatalogCheck.IsTenants}
        """;

    /// <summary>How the tenant is to be moved, if nothing speaks against it.</summary>
    public MoveMode Wish { get; init; } = MoveMode.Replication;

    /// <summary>Free space on the target's disk; null when nobody knows, then it is not looked at.</summary>
    public long? TargetFreeBytes { get; init; }

    /// <summary>How long the source's writing is watched at least.</summary>
    public TimeSpan Watch { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Takes about a second, in which the source's writing is measured.</summary>
    /// <param name="target">Null where it is yet to be made: then the source alone is looked at, and the round trip to it stands for both.</param>
    /// <exception cref="ProvisioningException"><c>database_missing</c>.</exception>
    /// <exception cref="NpgsqlException">A server cannot be reached.</exception>
    public async Task<MovePlan> InspectAsync(PostgresServer source, TenantDatabaseName name, PostgresServer? target, CancellationToken ct)
    {
        await using var from = await OpenAsync(source, name, ct);
        await using var to = target is null ? null : await CatalogSession.OpenAsync(target, "postgres", ct);
        var began = Stopwatch.GetTimestamp();
        var written = await LogPositionAsync(from, ct);

        var (here, there) = (await ServerReading.ReadAsync(from, ct), to is null ? null : await ServerReading.ReadAsync(to, ct));
        var facts = await MeasureAsync(from, to, ct);
        List<MoveFinding> findings =
        [
            .. to is null ? [] : await ServerChecks.CompareAsync(from, here, to, there!, facts, ct),
            .. await ServerChecks.LookForToolsAsync(from.Place, here.MajorVersion, ct),

            // Which extensions nobody but a superuser may make is known here, too.
            .. await ExtensionChecks.CompareAsync(from, to ?? from, (there ?? here).MajorVersion, ct),
            .. await RunAsync(ContentChecks.All, from, ct),
        ];
        var mode = Wish == MoveMode.Dump || findings.Exists(f => f.Verdict == MoveVerdict.NeedsDump) ? MoveMode.Dump : MoveMode.Replication;
        if (mode == MoveMode.Replication)
        {
            findings.AddRange(there is null ? ReplicationChecks.OfSource(here) : ReplicationChecks.Compare(here, there));
            findings.AddRange(await RunAsync(ReplicationChecks.OnSource, from, ct));
            findings.AddRange(await IdentityChecks.RunAsync(from, ct));
        }

        if (Watch - Stopwatch.GetElapsedTime(began) is { Ticks: > 0 } rest)
        {
            await Task.Delay(rest, ct);
        }

        facts = facts with { WriteBytesPerSecond = (await LogPositionAsync(from, ct) - written) / Stopwatch.GetElapsedTime(began).TotalSeconds };
        var plan = new MovePlan(mode, findings, facts);
        return plan with
        {
            Findings = [.. findings.Concat(mode == MoveMode.Replication ? ReplicationChecks.CompareKeeping(here, plan) : []).OrderByDescending(f => f.Verdict)],
        };
    }

    private static async Task<CatalogSession> OpenAsync(PostgresServer source, TenantDatabaseName name, CancellationToken ct)
    {
        try
        {
            return await CatalogSession.OpenAsync(source, name.Database, ct);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            throw new ProvisioningException("database_missing", $"There is no database {name.Database} on {source.Host}:{source.Port}. See where the catalog says it is.", e);
        }
    }

    private async Task<MoveFacts> MeasureAsync(CatalogSession source, CatalogSession? target, CancellationToken ct)
    {
        var there = await source.RoundTripAsync(ct);
        var back = target is null ? there : await target.RoundTripAsync(ct);
        return await source.ReadAsync(
            Size,
            row => new MoveFacts(row.GetInt64(0), row.GetInt64(1), row.GetInt32(2), row.GetInt32(3), row.GetInt32(4), WriteBytesPerSecond: 0, there, back, TargetFreeBytes),
            ct);
    }

    private static async Task<IReadOnlyList<MoveFinding>> RunAsync(IEnumerable<CatalogCheck> checks, CatalogSession source, CancellationToken ct)
    {
        var findings = new List<MoveFinding>();
        foreach (var check in checks)
        {
            findings.AddRange(await check.RunAsync(source, ct));
        }

        return findings;
    }

    private static Task<long> LogPositionAsync(CatalogSession source, CancellationToken ct) =>
        source.ReadAsync("select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint", row => row.GetInt64(0), ct);
}
