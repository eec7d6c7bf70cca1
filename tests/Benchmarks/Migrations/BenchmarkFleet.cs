using System.Globalization;
using Migrator.Databases;
using Migrator.Fleet;
using Npgsql;
using Provisioner.Local;
using Support;

namespace Benchmarks.Migrations;

/// <summary>1,000 databases of 30 tables on a durable cluster of their own, each with an owner; made at first use.</summary>
public sealed class BenchmarkFleet : IAsyncDisposable
{
    /// <summary>The number of databases.</summary>
    public const int Size = 1000;

    private TestCluster? cluster;

    /// <summary>Our migrator over these databases; all benchmarks go on with its one history.</summary>
    internal OurRun Ours => field ??= new OurRun(this);

    /// <summary>The superuser's, for database <c>postgres</c>.</summary>
    public string Admin => cluster!.ConnectionString;

    public IReadOnlyList<string> Names { get; } = [.. Enumerable.Range(0, Size).Select(i => string.Create(CultureInfo.InvariantCulture, $"t_{i:0000}"))];

    public IEnumerable<FleetTarget> Targets => Names.Select(name => new FleetTarget(name, new DatabaseTarget(ConnectionString(name), $"o_{name}")));

    /// <summary>The superuser's, for one of the databases; not pooled.</summary>
    public string ConnectionString(string database) => new NpgsqlConnectionStringBuilder(Admin) { Database = database, Pooling = false }.ConnectionString;

    public async Task PrepareAsync(CancellationToken ct)
    {
        if (cluster is not null) return;
        Console.Error.WriteLine("making 1,000 databases of 30 tables…");
        cluster = await TestCluster.StartAsync(ClusterProfile.Tenants());
        await ExecuteAsync("postgres", "create role template_owner nologin; create database template_30 owner template_owner", ct);
        var tables = string.Concat(Enumerable.Range(1, 30).Select(i => string.Create(CultureInfo.InvariantCulture, $"create table t{i} (id bigint primary key, name text, at timestamptz default now()); create index on t{i} (name);")));
        await ExecuteAsync("template_30", $"{tables} insert into t1 select i, 'row' from generate_series(1, 100) i; grant select on t1 to public; alter schema public owner to template_owner", ct);
        await Parallel.ForEachAsync(Names, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = ct }, async (name, token) =>
        {
            await ExecuteAsync("postgres", $"create role {name} login; create role o_{name} nologin in role {name}", token);
            await ExecuteAsync("postgres", $"create database {name} template template_30 strategy file_copy owner o_{name}", token);
            await ExecuteAsync(name, $"alter schema public owner to o_{name}; do $$ declare t text; begin for t in select tablename from pg_tables where schemaname = 'public' loop execute format('alter table %I owner to o_{name}', t); end loop; end $$", token);
        });
        await ExecuteAsync("postgres", "checkpoint", ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (cluster is null) return;
        Ours.Dispose();
        await cluster.DisposeAsync();
    }

    private async Task ExecuteAsync(string database, string sql, CancellationToken ct)
    {
        await using var source = new NpgsqlDataSourceBuilder(ConnectionString(database)).ConfigureTypeLoading(types => types.EnableTypeLoading(enable: false)).Build();
        await using var connection = await source.OpenConnectionAsync(ct);
        foreach (var statement in sql.StartsWith("create role", StringComparison.Ordinal) ? sql.Split(';') : [sql])
        {
            await using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync(ct);
        }
    }
}
