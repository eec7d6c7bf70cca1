using Npgsql;
using Provisioner.Postgres;
using Support;

namespace Provisioner.Tests.Postgres;

public sealed class LockedConnectionTests : IAsyncLifetime
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);

    private readonly string name = $"{Guid.CreateVersion7()}";
    private NpgsqlDataSource source = null!;

    public async Task InitializeAsync() => source = NpgsqlDataSource.Create(await TestServer.ConnectionStringAsync());

    public async Task DisposeAsync() => await source.DisposeAsync();

    [Fact]
    public async Task A_frozen_actor_loses_the_lock_to_the_next_one()
    {
        var frozen = await LockedConnection.OpenAsync(source, name, Moment, CancellationToken.None);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));

        await using var next = await LockedConnection.OpenAsync(source, name, Moment, limit.Token);

        await Should.ThrowAsync<NpgsqlException>(async () => await frozen.DisposeAsync());
    }

    [Fact]
    public async Task A_connection_that_was_given_back_may_stay_idle()
    {
        await using (await LockedConnection.OpenAsync(source, name, Moment, CancellationToken.None))
        {
            // Only taken and given back.
        }

        await using var again = await source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand("show idle_session_timeout", again);
        (await command.ExecuteScalarAsync()).ShouldBe("0");
    }
}
