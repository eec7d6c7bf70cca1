using ControlPlane.Operations;
using Npgsql;
using Support;

namespace ControlPlane.Tests.Operations;

public sealed class FrozenProcessTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private const string Lock = "select * from route_head for update";

    [Fact]
    public async Task Neither_the_locks_it_has_nor_those_it_waits_for_outlive_its_lease()
    {
        await using var node = await engine.StartNodeAsync(new Script());
        var catalog = node.Get<NpgsqlDataSource>();
        List<NpgsqlConnection> frozen = [await BeginAsync(catalog)];
        await ExecuteAsync(frozen[0]);
        var waiting = new List<Task>();
        for (var i = 0; i < 4; i++)
        {
            frozen.Add(await BeginAsync(catalog));
            waiting.Add(ExecuteAsync(frozen[^1]));
        }

        await using var living = await catalog.OpenConnectionAsync();
        var locked = false;
        await Eventually.Async(
            async () =>
            {
                try
                {
                    await ExecuteAsync(living);
                    return locked = true;
                }
                catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
                {
                    return false;
                }
            },
            OperationStore.Lease * 1.5,
            "the lock is free");

        locked.ShouldBeTrue();
        foreach (var task in waiting)
        {
            await task.ContinueWith(_ => { }, TaskScheduler.Default);
        }

        foreach (var connection in frozen)
        {
            // The server has ended most of them, and leaving says so.
            NpgsqlConnection.ClearPool(connection);
            await Record.ExceptionAsync(async () => await connection.DisposeAsync());
        }
    }

    private static async Task<NpgsqlConnection> BeginAsync(NpgsqlDataSource catalog)
    {
        var connection = await catalog.OpenConnectionAsync();
        await using var begin = new NpgsqlCommand("begin", connection);
        await begin.ExecuteNonQueryAsync();
        return connection;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(Lock, connection);
        await command.ExecuteNonQueryAsync();
    }
}
