using ControlPlane.Access;
using ControlPlane.Tests.Api;
using ControlPlane.Tests.Cli;

namespace ControlPlane.Tests.Fleet;

/// <summary>Asking for runs, over HTTP and at the command line. Nothing works on what was asked for here.</summary>
public sealed class MigrationEndpointTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task All_that_is_wrong_with_a_run_is_named_together()
    {
        var answer = await host.PostAsync("/v1/migrations/apply", new
        {
            tenants = new[] { "nobody" }, server = "nowhere", rings = new[] { 7 }, to = "19990101000000", parallel = 0, perServer = 1000, maxFailures = "many", lockTimeout = -1,
        });

        answer.Status.ShouldBe(400);
        answer.Body["errors"]!.AsObject().Select(e => e.Key).ShouldBe(
            ["tenants", "server", "rings", "to", "parallel", "perServer", "maxFailures", "lockTimeout"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_rehearsal_names_a_server_or_a_tenant_that_exists()
    {
        var answer = await host.PostAsync("/v1/migrations/lint", new { copyOf = "nobody", server = "nowhere", from = "19990101000000" });

        answer.Status.ShouldBe(400);
        answer.Body["errors"]!.AsObject().Select(e => e.Key).ShouldBe(["server", "from", "copyOf"], ignoreOrder: true);
        answer.Text.ShouldContain("leave it out");
    }

    [Fact]
    public async Task A_second_run_is_refused_by_the_name_of_the_first_and_one_that_has_stopped_makes_room()
    {
        await EndAsync();
        var first = await host.PostAsync("/v1/migrations/apply", new { });
        first.Status.ShouldBe(202, first.Text);
        var id = (string)first.Body["operation"]!;

        var second = await host.PostAsync("/v1/migrations/retry-failed", new { });
        second.Status.ShouldBe(409);
        second.Code.ShouldBe("operation_in_progress");
        ((string)second.Body["operation"]!).ShouldBe(id);

        (await host.PostAsync("/v1/migrations/stop", new { })).Status.ShouldBe(202);
        (await host.Database.ScalarAsync($"select cancel_requested from operations where id = '{id}'")).ShouldBe(true);
        await host.Database.ExecuteAsync($"update operations set state = 'needs_operator' where id = '{id}'");
        (await host.PostAsync("/v1/migrations/stop", new { })).Code.ShouldBe("nothing_to_stop");
        (await host.PostAsync("/v1/migrations/apply", new { })).Status.ShouldBe(202);
        (await host.Database.ScalarAsync($"select state from operations where id = '{id}'")).ShouldBe("cancelled");
    }

    [Fact]
    public async Task With_nothing_to_do_the_command_line_says_so_and_starts_nothing()
    {
        await EndAsync();
        var terminal = new Terminal(host.App.Urls.First(), host.AdminKey);
        var before = await host.Database.ScalarAsync("select count(*) from operations");

        (await terminal.TypeAsync("migrations", "apply", "--wait")).ShouldBe(0);

        terminal.Out.ShouldContain("Nothing to do");
        (await host.Database.ScalarAsync("select count(*) from operations")).ShouldBe(before);
    }

    [Fact]
    public async Task What_is_behind_is_shown_and_the_exit_code_says_pending()
    {
        await EndAsync();
        await host.Database.ExecuteAsync(
            """
            insert into servers (id, name, region, tier, state, host, port, admin_secret, max_databases, max_connections, warm_target)
            values ('01990000-0000-7000-8000-000000000001', 's-1', 'here', 'shared', 'active', 'localhost', 5432, '', 10, 10, 0);
            insert into tenants (id, slug, plan, tier, region, state) values ('01990000-0000-7000-8000-000000000002', 'late', 'free', 'shared', 'here', 'active');
            insert into tenant_databases (id, server_id, tenant_id, name, state, password_secret, schema_version)
            values ('01990000-0000-7000-8000-000000000003', '01990000-0000-7000-8000-000000000001', '01990000-0000-7000-8000-000000000002', 't_late', 'assigned', '', '20251231000000');
            update tenants set database_id = '01990000-0000-7000-8000-000000000003' where slug = 'late';
            """);
        var terminal = new Terminal(host.App.Urls.First(), host.AdminKey);

        (await terminal.TypeAsync("migrations", "plan")).ShouldBe(3);
        terminal.Out.ShouldContain("20251231000000");
        terminal.Out.ShouldContain("20260101000000_first");
        (await terminal.TypeAsync("migrations", "apply", "--dry-run")).ShouldBe(3);
        (await terminal.TypeAsync("migrations", "apply", "--dry-run", "--tenants", "late", "--ring", "1", "--server", "s-1")).ShouldBe(3);
        (await terminal.TypeAsync("tenants", "ring", "late", "0")).ShouldBe(0);
        (await terminal.TypeAsync("migrations", "plan", "--ring", "0", "--json")).ShouldBe(3);
        terminal.Out.ShouldContain("\"behind\": 1");
        (await terminal.TypeAsync("migrations", "plan", "--ring", "1")).ShouldBe(2);
        terminal.Error.ShouldContain("rings names ring 1, in which no tenant is");
        (await terminal.TypeAsync("tenants", "ring", "late", "100")).ShouldBe(2);
        terminal.Error.ShouldContain("ring must be from 0 to 99");
        await host.Database.ExecuteAsync("update tenant_databases set schema_version = '20260101000000' where name = 't_late'");
        (await terminal.TypeAsync("migrations", "apply", "--tenants", "late")).ShouldBe(0);
        terminal.Out.ShouldContain("Nothing to do: all 1 databases");
        await host.Database.ExecuteAsync("update tenant_databases set schema_version = '20251231000000' where name = 't_late'");
        (await terminal.TypeAsync("migrations", "apply", "--tenants", "late", "--parallel", "2")).ShouldBe(3);
        terminal.Out.ShouldContain("ctl operations watch");
        (await terminal.TypeAsync("migrations", "status")).ShouldBe(3);
        terminal.Out.ShouldContain("latest run");
        (await terminal.TypeAsync("migrations", "status", "--databases", "--state", "failed")).ShouldBe(0);
        terminal.Out.ShouldContain("No database.");
        (await terminal.TypeAsync("migrations", "apply", "--max-failures", "many")).ShouldBe(2);
        terminal.Error.ShouldContain("maxFailures must be a number");
        await host.Database.ExecuteAsync("update tenants set database_id = null; delete from tenant_databases; delete from tenants; delete from servers");
    }

    [Fact]
    public async Task How_far_a_run_is_can_be_followed_database_by_database()
    {
        await EndAsync();
        var run = (string)(await host.PostAsync("/v1/migrations/apply", new { })).Body["operation"]!;
        await host.Database.ExecuteAsync($"""
            insert into servers (id, name, region, tier, state, host, port, admin_secret, max_databases, max_connections, warm_target)
            values ('01990000-0000-7000-8000-0000000000a0', 's-run', 'here', 'shared', 'active', 'localhost', 5432, '', 10, 10, 0);
            insert into tenants (id, slug, plan, tier, region, state)
            select ('01990000-0000-7000-8000-0000000000b' || i)::uuid, 'run-' || i, 'free', 'shared', 'here', 'active' from generate_series(0, 7) i;
            insert into tenant_databases (id, server_id, tenant_id, name, state, password_secret, schema_version)
            select ('01990000-0000-7000-8000-0000000000c' || i)::uuid, '01990000-0000-7000-8000-0000000000a0', ('01990000-0000-7000-8000-0000000000b' || i)::uuid, 't_run' || i, 'assigned', '', '20251231000000' from generate_series(0, 7) i;
            insert into fleet_targets (database_id, work, operation_id, state, error, started_at, finished_at)
            select ('01990000-0000-7000-8000-0000000000c' || i)::uuid, 'migration', '{run}', s.state, s.error, now(), case when s.state in ('done', 'failed') then now() + i * interval '1 second' end
            from unnest(array['done', 'done', 'done', 'failed', 'running', 'requeued', 'pending', 'pending'], array[null, null, null, 'no', null, 'waits for a lock', null, null]) with ordinality s(state, error, n), lateral (select s.n::int - 1) x(i);
            """);

        var told = (await host.GetAsync("/v1/migrations")).Body["run"]!;

        new[] { "databases", "done", "notWell", "running", "requeued", "pending" }.Select(n => (int)told[n]!).ShouldBe([8, 3, 1, 1, 1, 2]);
        ((double)told["perSecond"]!).ShouldBe(4 / 3.0, 0.01);
        ((double)told["secondsLeft"]!).ShouldBe(3, 0.01);
        var terminal = new Terminal(host.App.Urls.First(), host.AdminKey);
        (await terminal.TypeAsync("migrations", "status", "--databases", "--state", "requeued")).ShouldBe(0);
        terminal.Out.ShouldContain("run-5");
        terminal.Out.ShouldContain("waits for a lock");
        (await terminal.TypeAsync("migrations", "status", "--databases", "--tenants", "run-3", "run-6", "--json")).ShouldBe(0);
        System.Text.Json.Nodes.JsonNode.Parse(terminal.Out)!.AsArray().Select(d => (string)d!["tenant"]!).ShouldBe(["run-3", "run-6"]);
        await host.Database.ExecuteAsync("delete from fleet_targets; update tenants set database_id = null; delete from tenant_databases; delete from tenants; delete from servers");
    }

    [Fact]
    public async Task A_runtime_says_which_schema_it_is_made_for_until_it_leaves()
    {
        var key = await host.KeyAsync(Role.Runtime);
        (await host.PostAsync("/v1/runtime/acknowledgements", new { instance = "a/b c", revision = 7, schema = "20260101000000" }, key)).Status.ShouldBe(204);
        (await host.Database.ScalarAsync("select schema_head from runtimes where instance = 'a/b c'")).ShouldBe("20260101000000");
        (await host.PostAsync("/v1/runtime/acknowledgements", new { instance = "", revision = 7, schema = "" }, key)).Body["errors"]!.AsObject().Count.ShouldBe(2);

        (await host.SendAsync(HttpMethod.Delete, "/v1/runtime/acknowledgements?instance=a%2Fb%20c", key)).Status.ShouldBe(204);

        (await host.Database.ScalarAsync("select count(*) from runtimes where instance = 'a/b c'")).ShouldBe(0L);
    }

    private Task EndAsync() => host.Database.ExecuteAsync("update operations set state = 'cancelled', finished_at = now() where finished_at is null");
}
