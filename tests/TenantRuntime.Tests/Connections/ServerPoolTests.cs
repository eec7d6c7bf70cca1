using Npgsql;
using TenantRuntime.Tenancy;
using TenantRuntime.Tests.World;

namespace TenantRuntime.Tests.Connections;

public sealed class ServerPoolTests(TenantWorld world) : IClassFixture<TenantWorld>
{
    private const string Slow = "SELECT 1 FROM pg_sleep(0.3)";

    [Fact]
    public async Task The_budget_holds_however_many_tenants_work_at_once()
    {
        using var pools = new PoolWorld(o => o.PerServer = 6);
        var tenants = await ServeManyAsync(15, "budget");
        using var done = new CancellationTokenSource();
        var watching = MostBackendsAsync(pools, done.Token);

        await Parallel.ForEachAsync(Enumerable.Range(0, 600), new ParallelOptions { MaxDegreeOfParallelism = 24 }, async (i, ct) =>
            (await pools.UseAsync(tenants[i * 7 % 15], "SELECT current_database()", ct)).ShouldBe(tenants[i * 7 % 15].Route.Database));
        await done.CancelAsync();

        (await watching).ShouldBeInRange(2, 6);
    }

    [Fact]
    public async Task A_returned_connection_is_used_again()
    {
        using var pools = new PoolWorld(o => o.PerServer = 4);
        var tenant = (await ServeManyAsync(1, "again"))[0];

        var first = await pools.UseAsync(tenant, "SELECT pg_backend_pid()");
        var second = await pools.UseAsync(tenant, "SELECT pg_backend_pid()");

        second.ShouldBe(first);
    }

    [Fact]
    public async Task A_second_request_waits_for_its_tenants_connection_before_another_is_opened()
    {
        using var pools = new PoolWorld(o => o.PerServer = 4, new WithoutAlarms());
        var tenant = (await ServeManyAsync(1, "patient"))[0];
        await using var scope = pools.Scope(tenant);
        var holding = await scope.OpenConnectionAsync(CancellationToken.None);
        var second = pools.UseAsync(tenant, "SELECT 1");

        (await BackendsAsync(tenant)).ShouldBe(1);
        await holding.DisposeAsync();

        (await second).ShouldBe(1);
        (await BackendsAsync(tenant)).ShouldBe(1);
    }

    [Fact]
    public async Task Whoever_waits_for_it_in_vain_gets_one_of_its_own()
    {
        using var pools = new PoolWorld(o => o.PerServer = 4);
        var tenant = (await ServeManyAsync(1, "vain"))[0];
        await using var scope = pools.Scope(tenant);
        await using var holding = await scope.OpenConnectionAsync(CancellationToken.None);

        (await pools.UseAsync(tenant, "SELECT 1")).ShouldBe(1);

        (await BackendsAsync(tenant)).ShouldBe(2);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(8, 1)]
    public async Task Where_two_usually_come_at_once_there_is_a_second_connection(int usesBetween, int connections)
    {
        using var pools = new PoolWorld(o => o.PerServer = 4, new WithoutAlarms());
        var tenant = (await ServeManyAsync(1, "usual"))[0];
        for (var meetings = 0; meetings < 20; meetings++)
        {
            await using var scope = pools.Scope(tenant);
            var holding = await scope.OpenConnectionAsync(CancellationToken.None);
            var second = pools.UseAsync(tenant, "SELECT 1");
            await holding.DisposeAsync();
            await second;
            for (var i = 0; i < usesBetween; i++)
            {
                await pools.UseAsync(tenant, "SELECT 1");
            }
        }

        (await BackendsAsync(tenant)).ShouldBe(connections);
    }

    [Fact]
    public async Task Of_connections_that_are_used_as_often_the_one_that_rests_longest_goes_first()
    {
        using var pools = new PoolWorld(o => o.PerServer = 2);
        var tenants = await ServeManyAsync(3, "lru");
        var kept = await pools.UseAsync(tenants[0], "SELECT pg_backend_pid()");
        var lost = await pools.UseAsync(tenants[1], "SELECT pg_backend_pid()");
        await pools.UseAsync(tenants[0], "SELECT 1");

        await pools.UseAsync(tenants[2], "SELECT 1");

        (await pools.UseAsync(tenants[0], "SELECT pg_backend_pid()")).ShouldBe(kept);
        (await pools.UseAsync(tenants[1], "SELECT pg_backend_pid()")).ShouldNotBe(lost);
    }

    [Fact]
    public async Task Who_is_busy_keeps_its_connection_while_many_come_once()
    {
        using var pools = new PoolWorld(o => o.PerServer = 2);
        var tenants = await ServeManyAsync(5, "busy");
        var kept = await pools.UseAsync(tenants[0], "SELECT pg_backend_pid()");
        await pools.UseAsync(tenants[0], "SELECT 1");

        foreach (var passing in tenants[1..])
        {
            await pools.UseAsync(passing, "SELECT 1");
        }

        (await pools.UseAsync(tenants[0], "SELECT pg_backend_pid()")).ShouldBe(kept);
    }

    [Fact]
    public async Task Who_was_busy_once_makes_room_for_who_is_busy_now()
    {
        using var pools = new PoolWorld(o => o.PerServer = 2);
        var tenants = await ServeManyAsync(3, "past");
        for (var i = 0; i < 10; i++)
        {
            await pools.UseAsync(tenants[0], "SELECT 1");
        }

        for (var i = 0; i < 40; i++)
        {
            await pools.UseAsync(tenants[1 + (i % 2)], "SELECT 1");
        }

        var first = await pools.UseAsync(tenants[1], "SELECT pg_backend_pid()");
        await pools.UseAsync(tenants[2], "SELECT 1");
        (await pools.UseAsync(tenants[1], "SELECT pg_backend_pid()")).ShouldBe(first);
    }

    [Fact]
    public async Task One_tenant_cannot_take_more_than_its_cap()
    {
        using var pools = new PoolWorld(o => o.PerServer = 6);
        var noisy = PoolWorld.Serve(await world.AddTenantAsync("noisy", connections: 2));
        var quiet = PoolWorld.Serve(await world.AddTenantAsync("quiet", connections: 2));
        var storm = Enumerable.Range(0, 12).Select(_ => pools.UseAsync(noisy, Slow)).ToList();

        await pools.UseAsync(quiet, "SELECT 1");

        storm.ShouldContain(t => !t.IsCompleted, "the quiet one had to wait for the whole storm");
        (await BackendsAsync(noisy)).ShouldBe(2);
        await Task.WhenAll(storm);
    }

    [Fact]
    public async Task Waiting_is_first_come_first_served_across_tenants()
    {
        using var pools = new PoolWorld(o => o.PerServer = 1);
        var tenants = await ServeManyAsync(2, "fifo");
        var order = new List<int>();
        var first = pools.UseAsync(tenants[0], Slow);
        var waiting = new List<Task>();
        foreach (var (tenant, number) in new[] { (1, 1), (0, 2), (1, 3), (0, 4) })
        {
            waiting.Add(RecordAsync(tenants[tenant], number));
        }

        await Task.WhenAll(waiting.Append(first));

        order.ShouldBe([1, 2, 3, 4]);

        async Task RecordAsync(ServedTenant tenant, int number)
        {
            await pools.UseAsync(tenant, "SELECT 1");
            lock (order)
            {
                order.Add(number);
            }
        }
    }

    [Fact]
    public async Task Whoever_waits_too_long_is_refused_and_the_others_are_not()
    {
        using var pools = new PoolWorld(o =>
        {
            o.PerServer = 1;
            o.QueueTimeout = TimeSpan.FromMilliseconds(150);
        });
        var tenants = await ServeManyAsync(2, "late");
        await using var scope = pools.Scope(tenants[0]);
        var holding = await scope.OpenConnectionAsync(CancellationToken.None);

        var refused = await Should.ThrowAsync<ServerBusyException>(() => pools.UseAsync(tenants[1], "SELECT 1"));
        await holding.DisposeAsync();

        refused.Message.ShouldContain(tenants[1].Route.Slug);
        (await pools.UseAsync(tenants[1], "SELECT 1")).ShouldBe(1);
    }

    [Fact]
    public async Task Giving_up_while_waiting_loses_no_connection()
    {
        using var pools = new PoolWorld(o => o.PerServer = 2);
        var tenants = await ServeManyAsync(4, "quitters");

        await Parallel.ForEachAsync(Enumerable.Range(0, 300), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(i % 12));
            try
            {
                await pools.UseAsync(tenants[i % 4], "SELECT 1 FROM pg_sleep(0.002)", soon.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or PostgresException { SqlState: PostgresErrorCodes.QueryCanceled })
            {
                // As intended.
            }
        });

        var server = pools.Servers.Of(world.ServerId);
        server.Measure().Waiting.ShouldBe(0);
        server.Measure().InUse.ShouldBe(0);
        foreach (var tenant in tenants)
        {
            (await pools.UseAsync(tenant, "SELECT 1")).ShouldBe(1);
        }
    }

    [Fact]
    public async Task A_connection_that_died_while_it_rested_is_replaced_unnoticed()
    {
        using var pools = new PoolWorld(o => o.TrustedRest = TimeSpan.Zero);
        var tenant = (await ServeManyAsync(1, "mortal"))[0];
        var pid = (int)(await pools.UseAsync(tenant, "SELECT pg_backend_pid()"))!;

        await world.ExecuteAsync($"SELECT pg_terminate_backend({pid}, 5000)");

        (await pools.UseAsync(tenant, "SELECT pg_backend_pid()")).ShouldNotBe(pid);
    }

    [Fact]
    public async Task A_smaller_share_closes_what_rests_and_nothing_in_use()
    {
        using var pools = new PoolWorld(o => o.PerServer = 10);
        var tenants = await ServeManyAsync(5, "share");
        await using var scope = pools.Scope(tenants[0]);
        await using var used = await scope.OpenConnectionAsync(CancellationToken.None);
        foreach (var tenant in tenants[1..])
        {
            await pools.UseAsync(tenant, "SELECT 1");
        }

        await pools.Servers.Of(world.ServerId).ChangeLimitAsync(2);

        var (inUse, idle, _) = pools.Servers.Of(world.ServerId).Measure();
        (inUse + idle).ShouldBe(2);
        await using var command = used.CreateCommand("SELECT 1");
        (await command.ExecuteScalarAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_missing_database_is_an_error_at_once_and_takes_no_room()
    {
        using var pools = new PoolWorld(o => o.PerServer = 1);
        var route = await world.AddTenantAsync("present");
        var gone = PoolWorld.Serve(route with { Database = "t_gone", TenantId = Guid.CreateVersion7() });

        await Should.ThrowAsync<PostgresException>(() => pools.UseAsync(gone, "SELECT 1"));

        (await pools.UseAsync(PoolWorld.Serve(route), "SELECT 1")).ShouldBe(1);
    }

    private async Task<ServedTenant[]> ServeManyAsync(int count, string name)
    {
        var tenants = new ServedTenant[count];
        for (var i = 0; i < count; i++)
        {
            tenants[i] = PoolWorld.Serve(await world.AddTenantAsync($"{name}-{i}"));
        }

        return tenants;
    }

    private Task<long> BackendsAsync(ServedTenant tenant) =>
        world.ScalarAsync<long>($"SELECT count(*) FROM pg_stat_activity WHERE datname = '{tenant.Route.Database}' AND backend_type = 'client backend'");

    private async Task<long> MostBackendsAsync(PoolWorld pools, CancellationToken ct)
    {
        var most = 0L;
        while (!ct.IsCancellationRequested)
        {
            most = Math.Max(most, await world.ScalarAsync<long>($"SELECT count(*) FROM pg_stat_activity WHERE application_name = '{pools.Name}'"));
        }

        return most;
    }
}
