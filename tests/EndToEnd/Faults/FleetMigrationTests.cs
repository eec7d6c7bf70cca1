using EndToEnd.World;
using Npgsql;
using Support;

namespace EndToEnd.Faults;

/// <summary>What happens around a migration that is going over the fleet; afterwards every database has it once.</summary>
public sealed class FleetMigrationTests : IDisposable
{
    private const int Customers = 8;
    private const string Next = "20260201000000";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private readonly DirectoryInfo migrations = Directory.CreateTempSubdirectory("controlplane-migrations-");

    public void Dispose() => migrations.Delete(recursive: true);

    [Fact]
    public Task A_killed_control_plane_goes_on_where_it_was() => FinishAsync(async system =>
    {
        await system.ControlPlane.KillAsync();
        await system.StartControlPlaneAsync();
    });

    [Fact]
    public Task A_restart_of_the_tenants_server_is_waited_for() => FinishAsync(system => system.Server.RestartAsync());

    [Fact]
    public Task A_restart_of_the_catalog_is_waited_for() => FinishAsync(system => system.Catalog.RestartAsync());

    private async Task FinishAsync(Func<LiveSystem, Task> fault)
    {
        await WriteAsync("20260101000000_notes.sql", "create table notes (text text);");
        await using var system = await LiveSystem.StartAsync(migrations: migrations.FullName);
        await Crowd.AllServedAsync(system, await Crowd.AskAsync(system, Customers), Limit);
        await system.ControlPlane.KillAsync();
        await WriteAsync($"{Next}_once.sql", "select pg_sleep(0.4); insert into notes values ('once');");
        await system.StartControlPlaneAsync();

        var run = (await system.Api.PostAsync("/v1/migrations/apply", new { parallel = 2 })).Expect(202).Operation;
        await Eventually.Async(
            async () => await system.ScalarAsync<long>("select count(*) from fleet_targets where state = 'done'") > 0, Limit, "the first database is done");
        await fault(system);

        await system.DoneAsync(run);
        (await system.RowsAsync<string>("select distinct schema_version from tenant_databases where state = 'assigned'")).ShouldBe([Next]);
        (await system.ScalarAsync<long>("select count(*) from fleet_targets where state = 'done'")).ShouldBe(Customers);
        foreach (var database in await system.RowsAsync<string>("select name from tenant_databases where state = 'assigned'"))
        {
            (await CountAsync(system, database)).ShouldBe(1L, database);
        }

        await system.UntilCleanAsync(Limit);
    }

    private static async Task<object?> CountAsync(LiveSystem system, string database)
    {
        var address = new NpgsqlConnectionStringBuilder(system.Server.ConnectionString) { Database = database, Pooling = false };
        await using var connection = new NpgsqlConnection(address.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select count(*) from notes where text = 'once'", connection);
        return await command.ExecuteScalarAsync();
    }

    private Task WriteAsync(string name, string sql) => File.WriteAllTextAsync(Path.Combine(migrations.FullName, name), sql);
}
