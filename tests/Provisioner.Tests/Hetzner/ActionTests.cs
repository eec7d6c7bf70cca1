using System.Web;
using Provisioner.Hetzner;
using Provisioner.Hetzner.Actions;
using Provisioner.Tests.Http;

namespace Provisioner.Tests.Hetzner;

/// <summary>Waiting for what Hetzner does after it has answered.</summary>
public sealed class ActionTests
{
    [Fact]
    public async Task Many_who_wait_cost_one_request_for_each_25_actions()
    {
        var rounds = 0;
        await using var world = new Scripted(new Script(asked =>
        {
            rounds = Math.Max(rounds, (asked.Number + 3) / 4);
            return Answer(asked, _ => rounds < 3 ? "running" : "success");
        }));

        var waiting = Enumerable.Range(1, 100).Select(id => world.Client.Actions.WaitAsync([(long)id], default)).ToList();
        (await Task.WhenAll(waiting)).SelectMany(a => a).Select(a => a.Id).Order().ShouldBe(Enumerable.Range(1, 100).Select(i => (long)i));

        world.Script.All.Count.ShouldBe(12);
        world.Script.All.ShouldAllBe(a => Ids(a).Length == 25);
    }

    [Fact]
    public async Task Polls_slow_down_to_one_in_two_seconds()
    {
        await using var world = new Scripted(new Script(asked => Answer(asked, _ => asked.Number < 20 ? "running" : "success")));

        await world.Client.Actions.WaitAsync([1L], default);

        world.Script.All.Count.ShouldBe(20);
        world.Clock.Elapsed.ShouldBeGreaterThan(TimeSpan.FromSeconds(0.5 + 0.75 + 1.1 + 1.6 + (16 * 2)));
    }

    [Fact]
    public async Task A_failed_action_is_an_error_with_its_code_and_words_judged_by_its_status()
    {
        await using var world = new Scripted(new Script(asked => Answer(asked, id => id == 2 ? "error" : "success")));

        var failure = await Should.ThrowAsync<ActionFailedException>(() => world.Client.Actions.WaitAsync([1L, 2L, 3L], default));

        failure.Action.Id.ShouldBe(2);
        failure.Code.ShouldBe("action_failed");
        failure.Message.ShouldContain("create_server (action 2) of server 42: it burned");
        failure.IsTransient.ShouldBeFalse();
    }

    [Fact]
    public async Task A_stuck_action_is_named_after_a_while_and_can_be_waited_for_again()
    {
        var stuck = true;
        await using var world = new Scripted(new Script(asked => Answer(asked, id => stuck && id == 2 ? "running" : "success")), Scripted.Options with { ActionTimeout = TimeSpan.FromMinutes(1) });

        var failure = await Should.ThrowAsync<HetznerException>(() => world.Client.Actions.WaitAsync([1L, 2L], default));
        (failure.Code, failure.IsTransient).ShouldBe((HetznerErrors.ActionStuck, true));
        failure.Message.ShouldContain("action 2 after 1 min");

        stuck = false;
        await world.Client.Actions.WaitAsync([1L, 2L], default);
    }

    [Fact]
    public async Task An_action_that_nobody_knows_is_not_waited_for()
    {
        await using var world = new Scripted(new Script(asked => Answer(asked, id => id == 2 ? null : "running")));

        (await Should.ThrowAsync<HetznerException>(() => world.Client.Actions.WaitAsync([2L], default))).Code.ShouldBe(HetznerErrors.NotFound);
    }

    [Fact]
    public async Task Who_gives_up_does_not_disturb_the_others_and_polls_end_with_the_last()
    {
        var done = false;
        await using var world = new Scripted(new Script(asked => Answer(asked, _ => done ? "success" : "running")));
        using var impatient = new CancellationTokenSource();
        var gone = world.Client.Actions.WaitAsync([1L], impatient.Token);
        var stays = world.Client.Actions.WaitAsync([1L], default);

        await impatient.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => gone);
        done = true;
        await stays;

        var asked = world.Script.All.Count;
        await Task.Delay(TimeSpan.FromMinutes(1), world.Clock, default);
        world.Script.All.Count.ShouldBe(asked);
    }

    [Fact]
    public async Task What_had_finished_already_costs_no_request()
    {
        await using var world = new Scripted(new Script(asked => Answer(asked, _ => "success")));

        await world.Client.Actions.WaitAsync([new HetznerAction(1, "start_server", HetznerAction.Success, 100, null, [])], default);

        world.Script.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_lasting_failure_reaches_everybody_who_waits()
    {
        await using var world = new Scripted(new Script(() => Script.Refusal(System.Net.HttpStatusCode.Unauthorized, "unauthorized")));

        var waiting = Enumerable.Range(1, 3).Select(id => world.Client.Actions.WaitAsync([(long)id], default)).ToList();

        foreach (var one in waiting)
        {
            (await Should.ThrowAsync<HetznerException>(() => one)).Code.ShouldBe(HetznerErrors.Unauthorized);
        }
    }

    [Fact]
    public async Task Ending_the_client_ends_the_waiting()
    {
        var world = new Scripted(new Script(asked => Answer(asked, _ => "running")));
        var waiting = world.Client.Actions.WaitAsync([1L], default);

        await world.DisposeAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
    }

    private static string[] Ids(Asked asked) => HttpUtility.ParseQueryString(asked.Path.Split('?')[1]).GetValues("id")!;

    private static HttpResponseMessage Answer(Asked asked, Func<long, string?> status)
    {
        // The API may show an error beside a status that is none.
        var actions = Ids(asked).Select(long.Parse).Where(id => status(id) is not null).Select(id =>
            $$$"""{"id":{{{id}}},"command":"create_server","status":"{{{status(id)}}}","progress":0,"started":"2026-01-01T00:00:00Z","finished":null,"resources":[{"id":42,"type":"server"}],"error":{"code":"action_failed","message":"it burned"}}""");
        return Script.Json($$"""{"actions":[{{string.Join(',', actions)}}]}""");
    }
}
