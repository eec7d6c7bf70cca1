using ControlPlane.Catalog;
using ControlPlane.Operations;
using Npgsql;
using Support;

namespace ControlPlane.Tests.Operations;

/// <summary>What a killed catalog remembers of an operation.</summary>
public sealed class OperationDurabilityTests
{
    [Fact]
    public async Task An_operation_that_was_seen_to_be_done_is_done_after_the_catalog_was_killed()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var server = NpgsqlDataSource.Create(cluster.ConnectionString);

        // A commit that nobody waits for is lost then.
        await ExecuteAsync(server, "alter system set wal_writer_delay = '10s'");
        await ExecuteAsync(server, "select pg_reload_conf()");
        await ExecuteAsync(server, "create database catalog");
        var catalog = new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Database = "catalog" }.ConnectionString;
        await CatalogSchema.ApplyAsync(catalog, CancellationToken.None);
        await using var data = NpgsqlDataSource.Create(catalog);
        await using var node = await EngineNode.StartAsync(catalog, data, new Script(), workers: 1);
        var operation = await node.AddAsync();

        await node.Get<OperationRunner>().RunAsync(operation.Id, CancellationToken.None);
        await cluster.KillAsync();
        await cluster.StartAgainAsync();

        await using var after = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Database = "catalog", Pooling = false }.ConnectionString);
        await after.OpenAsync();
        await using var state = new NpgsqlCommand($"select state from operations where id = '{operation.Id}'", after);
        (await state.ExecuteScalarAsync()).ShouldBe("done");
    }

    private static async Task ExecuteAsync(NpgsqlDataSource server, string sql)
    {
        await using var command = server.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
