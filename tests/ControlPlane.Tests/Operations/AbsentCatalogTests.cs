using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Tests.Api;
using Npgsql;
using Support;

namespace ControlPlane.Tests.Operations;

/// <summary>The engine on a catalog that lets nobody in for a while.</summary>
public sealed class AbsentCatalogTests : IAsyncLifetime
{
    private const int Workers = 4;

    private readonly TestDatabase database = new();
    private readonly Script script = new();
    private string catalog = "";
    private NpgsqlDataSource data = null!;

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        await database.ExecuteAsync($"create role {database.Name} login password 'x'; alter database {database.Name} owner to {database.Name}; alter schema public owner to {database.Name}");

        // Limits are not for superusers.
        catalog = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = database.Name, Password = "x" }.ConnectionString;
        data = NpgsqlDataSource.Create(catalog);
        await CatalogSchema.ApplyAsync(catalog, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await data.DisposeAsync();
        await database.DisposeAsync();
        await OnServerAsync($"drop role {database.Name}");
    }

    [Fact]
    public async Task Workers_rest_while_it_is_away_and_go_on_by_themselves()
    {
        using var log = new CapturedLog();
        var (busy, begin) = (new SemaphoreSlim(0), new TaskCompletionSource());
        script.Run = async (name, _, ct) =>
        {
            if (name == nameof(First))
            {
                busy.Release();
                await begin.Task.WaitAsync(ct);
            }

            return StepResult.Done;
        };
        await using var node = await EngineNode.StartAsync(catalog, data, script, Workers, log);
        var operations = new List<Operation>();
        for (var i = 0; i < 3 * Workers; i++)
        {
            operations.Add(await node.StartAsync());
        }

        for (var i = 0; i < Workers; i++)
        {
            (await busy.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBeTrue();
        }

        await OnServerAsync($"alter database {database.Name} connection limit 0; select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database.Name}'");
        begin.SetResult();

        // Each of them is let down by its own operation and once more by the catalog; in the seconds until the sweeper has looked twice it would try thousands of times.
        await Eventually.Async(() => Task.FromResult(Said(log, "Sweeping waits for the catalog") >= 2), TimeSpan.FromSeconds(60), "the sweeper looks in vain");
        Said(log, "A worker stopped unexpectedly").ShouldBeInRange(Workers, 3 * Workers);

        await OnServerAsync($"alter database {database.Name} connection limit -1");
        foreach (var operation in operations)
        {
            await node.ReachesAsync(operation.Id, OperationState.Done, seconds: 90);
        }
    }

    private static int Said(CapturedLog log, string what) => log.Lines.Count(l => l.Contains(what, StringComparison.Ordinal));

    private static async Task OnServerAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(await TestServer.ConnectionStringAsync());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
