using Migrator.Databases;
using Migrator.Fleet;
using Npgsql;
using Support;

namespace Migrator.Tests.Support;

/// <summary>A number of small databases, each with an owner of its own, cloned from one template.</summary>
public sealed class TenantFleet : IAsyncDisposable
{
    private readonly string prefix = $"f{Guid.CreateVersion7():N}"[..14] + Random.Shared.Next(1000, 9999);
    private readonly string admin;

    private TenantFleet(string admin, int count)
    {
        this.admin = admin;
        Names = [.. Enumerable.Range(0, count).Select(i => $"{prefix}_{i:000}")];
    }

    public IReadOnlyList<string> Names { get; }

    public IReadOnlyList<FleetTarget> Targets => [.. Names.Select(name => new FleetTarget(name, new DatabaseTarget(ConnectionString(name), DatabaseTarget.DatabaseOwner)))];

    public static async Task<TenantFleet> CreateAsync(int count, string schema = "select 1", string? server = null)
    {
        var fleet = new TenantFleet(server ?? await TestServer.ConnectionStringAsync(), count);
        await fleet.OnServerAsync($"create database {fleet.prefix}_template");
        await fleet.ExecuteAsync($"{fleet.prefix}_template", schema);
        await Parallel.ForEachAsync(fleet.Names, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (name, _) =>
        {
            await fleet.OnServerAsync($"create role {name} login");
            await fleet.OnServerAsync($"create role o_{name} nologin in role {name}");
            await fleet.OnServerAsync($"create database {name} template {fleet.prefix}_template strategy file_copy owner o_{name}");
            await fleet.ExecuteAsync(name, $"alter schema public owner to o_{name}; do $$ declare t text; begin for t in select tablename from pg_tables where schemaname = 'public' loop execute format('alter table %I owner to o_{name}', t); end loop; end $$");
        });
        return fleet;
    }

    public string ConnectionString(string name) => new NpgsqlConnectionStringBuilder(admin) { Database = name, Pooling = false }.ConnectionString;

    public async Task<NpgsqlConnection> OpenAsync(string name)
    {
        var connection = new NpgsqlConnection(ConnectionString(name));
        await connection.OpenAsync();
        return connection;
    }

    public async Task ExecuteAsync(string name, string sql)
    {
        await using var connection = await OpenAsync(name);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The scalar in every database, in the order of names.</summary>
    public async Task<IReadOnlyList<T>> ScalarsAsync<T>(string sql)
    {
        var values = new List<T>();
        foreach (var name in Names)
        {
            await using var connection = await OpenAsync(name);
            await using var command = new NpgsqlCommand(sql, connection);
            values.Add((T)(await command.ExecuteScalarAsync())!);
        }

        return values;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var name in Names)
        {
            await OnServerAsync($"drop database if exists {name} with (force)");
            await OnServerAsync($"drop role if exists o_{name}, {name}");
        }

        await OnServerAsync($"drop database if exists {prefix}_template with (force)");
    }

    private async Task OnServerAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(admin) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
