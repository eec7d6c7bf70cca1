using EndToEnd.World;
using Npgsql;
using Support;
using Xunit.Abstractions;

namespace EndToEnd.Moves;

/// <summary>A customer is moved in the middle of its working day.</summary>
public sealed class MoveTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_customer_moves_and_comes_back_without_a_failed_request_or_a_lost_row()
    {
        await using var system = await LiveSystem.StartAsync();
        var second = await system.AddServerAsync();
        using var crm = await system.StartCrmAsync();
        await system.DoneAsync((await system.AskAsync("busy", "enterprise")).Expect(202).Operation);
        await crm.AnswersAsync("busy", System.Net.HttpStatusCode.OK, TimeSpan.FromSeconds(30));
        await using var traffic = new Traffic(crm, "busy");
        await traffic.GoOnAsync(500);

        await system.DoneAsync((await system.Api.PostAsync("/v1/tenants/busy/move", new { server = LiveSystem.SecondServerName })).Expect(202).Operation);
        await traffic.GoOnAsync(500);
        (await system.ScalarAsync<string>("select s.name from tenants t join tenant_databases d on d.id = t.database_id join servers s on s.id = d.server_id")).ShouldBe(LiveSystem.SecondServerName);
        Say(await system.RowsAsync<string>("select format('blocked %s ms, held %s ms, %s rows compared', blocked_milliseconds, held_milliseconds, verified_rows) from moves"));
        await system.DoneAsync((await system.Api.PostAsync("/v1/tenants/busy/move-back", new { })).Expect(202).Operation);
        await traffic.GoOnAsync(500);
        Say(await system.RowsAsync<string>("select format('back: blocked %s ms, held %s ms', blocked_milliseconds, held_milliseconds) from moves"));
        await traffic.StopAsync();

        output.WriteLine($"{traffic.Requests} requests, the slowest {traffic.Slowest.TotalMilliseconds:0} ms");
        traffic.Failures.ShouldBeEmpty();
        (await ContactsAsync(system, system.Server)).ShouldBe(traffic.Written, ignoreOrder: true);
        await system.UntilCleanAsync(TimeSpan.FromSeconds(30));

        void Say(IEnumerable<string> lines) => output.WriteLine(string.Join(Environment.NewLine, lines));
    }

    [Fact]
    public async Task What_replication_cannot_carry_moves_when_that_is_asked_for_while_people_see_a_page()
    {
        await using var system = await LiveSystem.StartAsync();
        var second = await system.AddServerAsync();
        using var crm = await system.StartCrmAsync();
        await system.DoneAsync((await system.AskAsync("heavy", "enterprise")).Expect(202).Operation);
        await crm.AnswersAsync("heavy", System.Net.HttpStatusCode.OK, TimeSpan.FromSeconds(30));
        await OnAsync(system, system.Server, database => $"set role \"o_{database[2..]}\"; select lo_from_bytea(4711, 'large')");
        await using var traffic = new Traffic(crm, "heavy", pace: TimeSpan.FromMilliseconds(20));
        await traffic.GoOnAsync(100);

        var refused = (await system.Api.PostAsync("/v1/tenants/heavy/move", new { server = LiveSystem.SecondServerName })).Expect(202).Operation;
        (await system.EndAsync(refused)).ShouldBe("undone");
        (await system.ScalarAsync<string>($"select error from operations where id = '{refused}'")).ShouldContain("ctl tenants move heavy --to shared-2 --dump");
        traffic.Failures.ShouldBeEmpty();
        await system.DoneAsync((await system.Api.PostAsync("/v1/tenants/heavy/move", new { server = LiveSystem.SecondServerName, dump = true })).Expect(202).Operation);

        var back = traffic.Written.Count;
        await Eventually.Async(() => traffic.Written.Count > back, TimeSpan.FromSeconds(30), "people write in the new place");
        await traffic.StopAsync();
        output.WriteLine($"{traffic.Failures.Count} of {traffic.Requests} requests were turned away, the slowest took {traffic.Slowest.TotalMilliseconds:0} ms; it rested for {await system.ScalarAsync<double>("select blocked_milliseconds from moves where mode = 'dump'")} ms");
        traffic.Failures.ShouldNotBeEmpty();
        traffic.Failures.ShouldAllBe(f => f.Contains("ServiceUnavailable") || f.Contains("503"));
        (await ContactsAsync(system, second)).ShouldBe(traffic.Written, ignoreOrder: true);
        (await OnAsync(system, second, _ => "select convert_from(lo_get(4711), 'utf8')")).ShouldBe("large");
        (await system.Api.PostAsync("/v1/tenants/heavy/move-back", new { })).Expect(409).Code.ShouldBe("no_way_back");
        await system.DoneAsync((await system.Api.PostAsync("/v1/tenants/heavy/move-end", new { })).Expect(202).Operation);
        await system.UntilCleanAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_control_plane_that_is_killed_while_a_customer_rests_brings_it_there_when_it_is_back()
    {
        await using var system = await LiveSystem.StartAsync();
        var second = await system.AddServerAsync();
        using var crm = await system.StartCrmAsync();
        await system.DoneAsync((await system.AskAsync("heavy", "enterprise")).Expect(202).Operation);
        await OnAsync(
            system,
            system.Server,
            database => $"set role \"o_{database[2..]}\"; create unlogged table cache (text text); insert into cache select repeat(md5(n::text), 100) from generate_series(1, 20000) n; select lo_from_bytea(4711, 'large')");

        var move = (await system.Api.PostAsync("/v1/tenants/heavy/move", new { server = LiveSystem.SecondServerName, dump = true })).Expect(202).Operation;
        await Eventually.Async(
            async () => await OnAsync(second, "postgres", "select exists (select from pg_stat_activity where query like 'COPY public.cache%' and state = 'active')") is true, TimeSpan.FromMinutes(1), "rows come in");
        await system.ControlPlane.KillAsync();
        await crm.AnswersAsync("heavy", System.Net.HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(30));
        await system.StartControlPlaneAsync();

        await system.DoneAsync(move);
        await crm.AnswersAsync("heavy", System.Net.HttpStatusCode.OK, TimeSpan.FromSeconds(30));
        (await OnAsync(system, second, _ => "select count(*) from cache")).ShouldBe(20000L);
        (await OnAsync(system, second, _ => "select convert_from(lo_get(4711), 'utf8')")).ShouldBe("large");
        await system.UntilCleanAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_server_is_drained_and_its_customers_are_served_throughout()
    {
        const int Customers = 6;
        await using var system = await LiveSystem.StartAsync();
        using var crm = await system.StartCrmAsync();
        await Task.WhenAll(Enumerable.Range(0, Customers).Select(async n => await system.DoneAsync((await system.AskAsync($"customer-{n}", "enterprise")).Expect(202).Operation)));
        await system.AddServerAsync(LiveSystem.Region);
        await crm.AnswersAsync("customer-0", System.Net.HttpStatusCode.OK, TimeSpan.FromSeconds(30));
        await using var traffic = new Traffic(crm, "customer-0", writers: 1, readers: 1);

        await system.DoneAsync((await system.Api.PostAsync($"/v1/servers/{LiveSystem.ServerName}/drain", new { })).Expect(202).Operation);

        await traffic.StopAsync();
        traffic.Failures.ShouldBeEmpty();
        (await system.RowsAsync<string>("select distinct s.name from tenants t join tenant_databases d on d.id = t.database_id join servers s on s.id = d.server_id")).ShouldBe([LiveSystem.SecondServerName]);
        (await system.ScalarAsync<long>("select count(*) from moves where difference is null and verified_at is not null")).ShouldBe(Customers);
        await Support.Eventually.Async(async () => await system.ScalarAsync<long>("select count(*) from moves where state <> 'ended'") == 0, TimeSpan.FromMinutes(1), "nothing is left on the old server");
        await system.UntilCleanAsync(TimeSpan.FromSeconds(30));
    }

    private static async Task<IReadOnlyList<string>> ContactsAsync(LiveSystem system, TestCluster cluster) =>
        (string[])(await OnAsync(system, cluster, _ => "select array_agg(name) from contacts where name like 'writer %'"))!;

    /// <summary>As the superuser, in the only tenant's database.</summary>
    private static async Task<object?> OnAsync(LiveSystem system, TestCluster cluster, Func<string, string> sql)
    {
        var database = await system.ScalarAsync<string>("select d.name from tenants t join tenant_databases d on d.id = t.database_id");
        return await OnAsync(cluster, database, sql(database));
    }

    private static async Task<object?> OnAsync(TestCluster cluster, string database, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Database = database, Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
