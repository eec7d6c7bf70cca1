using ControlPlane.Access;
using ControlPlane.Operations;
using ControlPlane.Runtimes;
using ControlPlane.Tests.Api;
using ControlPlane.Tests.Cli;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Tests.Runtimes;

/// <summary>Runtimes that were killed without a goodbye.</summary>
public sealed class ForgottenRuntimeTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_runtime_is_forgotten_only_when_it_has_fallen_silent_and_the_trail_says_by_whom()
    {
        var key = await host.KeyAsync(Role.Runtime);
        (await host.PostAsync("/v1/runtime/acknowledgements", new { instance = "pod/a", revision = 1, schema = "20260101000000" }, key)).Status.ShouldBe(204);
        var id = ((Guid)(await host.Database.ScalarAsync("select id from runtimes where instance = 'pod/a'"))!).ToString();
        var terminal = new Terminal(host.App.Urls.First(), host.AdminKey);

        (await terminal.TypeAsync("runtimes", "list")).ShouldBe(0);
        terminal.Out.ShouldContain(id);
        terminal.Out.ShouldContain("20260101000000");
        terminal.Out.ShouldNotContain("silent");
        (await terminal.TypeAsync("runtimes", "forget", id, "--yes")).ShouldBe(1);
        terminal.Error.ShouldContain("pod/a is still heard of");

        await host.Database.ExecuteAsync("update runtimes set seen_at = now() - interval '3 minutes' where instance = 'pod/a'");
        (await terminal.TypeAsync("runtimes", "list")).ShouldBe(0);
        terminal.Out.ShouldContain("silent");
        (await terminal.TypeAsync("runtimes", "forget", id, "--yes")).ShouldBe(0);

        (await host.Database.ScalarAsync("select count(*) from runtimes where instance = 'pod/a'")).ShouldBe(0L);
        (await host.Database.ScalarAsync($"select count(*) from audit_entries where subject = 'runtimes/{id}' and outcome = 'done'")).ShouldBe(1L);
        (await terminal.TypeAsync("runtimes", "forget", id, "--yes")).ShouldBe(1);
        terminal.Error.ShouldContain("ctl runtimes list");
    }

    [Fact]
    public async Task One_that_was_silent_for_a_day_does_not_count_and_is_not_listed()
    {
        await host.Database.ExecuteAsync("insert into runtimes (key_id, instance, revision, seen_at) values (gen_random_uuid(), 'long-gone', 1, now() - interval '25 hours')");

        (await host.GetAsync("/v1/runtimes")).Text.ShouldNotContain("long-gone");
    }

    [Fact]
    public async Task What_was_said_a_month_ago_is_cleared_away_and_nothing_newer()
    {
        foreach (var days in new[] { 29, 31 })
        {
            await host.Database.ExecuteAsync($"""
                insert into runtimes (key_id, instance, revision, seen_at) values (gen_random_uuid(), 'silent-{days}', 1, now() - interval '{days} days');
                insert into usage_batches (id, received_at) values (gen_random_uuid(), now() - interval '{days} days')
                """);
        }

        await host.App.Services.GetServices<Chore>().Single(c => c.Name == nameof(ForgetOldReports)).RunAsync(CancellationToken.None);

        (await host.Database.ScalarAsync("select string_agg(instance, ' ') from runtimes where instance like 'silent-%'")).ShouldBe("silent-29");
        (await host.Database.ScalarAsync("select count(*) from usage_batches")).ShouldBe(1L);
    }
}
