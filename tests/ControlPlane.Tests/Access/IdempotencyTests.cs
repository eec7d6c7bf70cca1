using ControlPlane.Access;
using ControlPlane.Access.Pipeline;
using ControlPlane.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Tests.Access;

public sealed class IdempotencyTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_repeated_request_gets_the_first_answer_and_is_done_once()
    {
        var before = host.ProbeCounts.Handled;
        var first = await ProbeAsync("same-twice");
        var second = await ProbeAsync("same-twice");
        first.Status.ShouldBe(201);
        second.Status.ShouldBe(201);
        second.Text.ShouldBe(first.Text);
        second.Headers.Location.ShouldBe(first.Headers.Location);
        second.Headers.Location.ShouldNotBeNull();
        host.ProbeCounts.Handled.ShouldBe(before + 1);
    }

    [Fact]
    public async Task Another_body_under_the_same_key_is_an_error_and_nothing_is_done()
    {
        await ProbeAsync("other-body", title: "first");
        var before = host.ProbeCounts.Handled;
        (await ProbeAsync("other-body", title: "second")).ShouldSatisfyAllConditions(
            a => a.Status.ShouldBe(422), a => a.Code.ShouldBe("idempotency_key_reused"));
        (await host.PostAsync("/probe/globex", new { title = "first" }, idempotencyKey: "other-body")).Status.ShouldBe(422);
        (await host.PostAsync("/v1/keys", new { name = "x", role = Role.Viewer }, idempotencyKey: "other-body")).Status.ShouldBe(422);
        host.ProbeCounts.Handled.ShouldBe(before);
    }

    [Fact]
    public async Task Another_callers_key_is_an_error_and_nothing_is_done()
    {
        await ProbeAsync("other-caller");
        var before = host.ProbeCounts.Handled;
        (await ProbeAsync("other-caller", key: await host.KeyAsync(Role.Operator))).Status.ShouldBe(422);
        host.ProbeCounts.Handled.ShouldBe(before);
    }

    [Fact]
    public async Task Duplicates_at_the_same_time_wait_for_the_first()
    {
        var before = host.ProbeCounts.Handled;
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => ProbeAsync("at-once")));
        answers.Select(a => a.Text).Distinct().Count().ShouldBe(1);
        answers.ShouldAllBe(a => a.Status == 201);
        host.ProbeCounts.Handled.ShouldBe(before + 1);
    }

    [Fact]
    public async Task A_request_that_failed_may_be_sent_again()
    {
        var title = $"t{Guid.CreateVersion7():N}"[..10];
        (await ProbeAsync("failed-first", title, Probe.End.Broken)).Status.ShouldBe(500);
        (await ProbeAsync("failed-first", title, Probe.End.Refused)).Status.ShouldBe(409);
        (await TitleAsync()).ShouldNotBe(title);
        (await ProbeAsync("failed-first", title)).Status.ShouldBe(201);
        (await TitleAsync()).ShouldBe(title);
    }

    [Fact]
    public async Task What_follows_a_commit_follows_only_a_commit()
    {
        var before = host.ProbeCounts.Followed;
        await ProbeAsync("follow-1", ends: Probe.End.Broken);
        await ProbeAsync("follow-2", ends: Probe.End.Refused);
        host.ProbeCounts.Followed.ShouldBe(before);
        await ProbeAsync("follow-3");
        await ProbeAsync("follow-3");
        host.ProbeCounts.Followed.ShouldBe(before + 1);
    }

    [Fact]
    public async Task An_answer_with_a_secret_is_replayed_and_yet_not_readable_in_the_database()
    {
        var first = await host.PostAsync("/v1/keys", new { name = "replayed", role = Role.Viewer }, idempotencyKey: "secret-answer");
        var second = await host.PostAsync("/v1/keys", new { name = "replayed", role = Role.Viewer }, idempotencyKey: "secret-answer");
        second.Text.ShouldBe(first.Text);
        var stored = (string)(await host.Database.ScalarAsync("select string_agg(i::text, ' ') from idempotency_keys i"))!;
        stored.ShouldContain("secret-answer");
        stored.ShouldNotContain(((string)first.Body["key"]!)[^20..]);
    }

    [Fact]
    public async Task A_day_later_a_key_is_new_again_and_old_ones_are_cleared_away()
    {
        await ProbeAsync("yesterday", title: "first");
        await ProbeAsync("today");
        await host.Database.ExecuteAsync("update idempotency_keys set created_at = now() - interval '25 hours' where key = 'yesterday'");
        (await ProbeAsync("yesterday", title: "second")).Status.ShouldBe(201);
        await host.Database.ExecuteAsync("update idempotency_keys set created_at = now() - interval '25 hours' where key = 'yesterday'");
        await ActivatorUtilities.CreateInstance<IdempotencyPurge>(host.App.Services).RunAsync(CancellationToken.None);
        (await host.Database.ScalarAsync("select count(*) from idempotency_keys where key = 'yesterday'")).ShouldBe(0L);
        (await host.Database.ScalarAsync("select count(*) from idempotency_keys where key = 'today'")).ShouldBe(1L);
    }

    [Fact]
    public async Task A_malformed_key_is_refused() =>
        (await ProbeAsync(new string('x', 201))).Body["errors"]!["Idempotency-Key"].ShouldNotBeNull();

    private Task<ApiHost.Answer> ProbeAsync(string idempotencyKey, string title = "Free", Probe.End ends = Probe.End.Well, string? key = null) =>
        host.PostAsync("/probe/acme", new { title, ends }, key, idempotencyKey);

    private Task<object?> TitleAsync() => host.Database.ScalarAsync("select title from plans where name = 'free'");
}
