using Provisioner.Http;

namespace Provisioner.Tests.Http;

/// <summary>When a request may go.</summary>
public sealed class RateBudgetTests : IAsyncLifetime
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly VirtualClock clock = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await clock.DisposeAsync();

    [Fact]
    public async Task While_nothing_is_known_one_request_goes_ahead_alone()
    {
        using var budget = new RateBudget(Hour, limit: null, clock);
        await budget.EnterAsync(urgent: false, default);

        var second = budget.EnterAsync(urgent: false, default);
        var urgent = budget.EnterAsync(urgent: true, default);
        (second.IsCompleted || urgent.IsCompleted).ShouldBeFalse();

        budget.Leave(answered: true, new RateState(3600, 3599, TimeSpan.Zero, Gradual: true), pause: null);
        await Task.WhenAll(second, urgent);
    }

    [Fact]
    public async Task A_first_request_without_an_answer_lets_another_one_learn()
    {
        using var budget = new RateBudget(Hour, limit: null, clock);
        await budget.EnterAsync(urgent: false, default);
        var second = budget.EnterAsync(urgent: false, default);
        var third = budget.EnterAsync(urgent: false, default);

        budget.Leave(answered: false, state: null, pause: null);

        await second;
        third.IsCompleted.ShouldBeFalse();
        budget.Leave(answered: true, state: null, pause: null);
        await third;
    }

    [Fact]
    public async Task A_provider_without_a_limit_holds_nobody_up()
    {
        using var budget = new RateBudget(Hour, limit: null, clock);
        clock.Work();
        for (var i = 0; i < 5000; i++)
        {
            var next = budget.EnterAsync(urgent: false, default);
            next.IsCompletedSuccessfully.ShouldBeTrue();
            budget.Leave(answered: true, state: null, pause: null);
        }
    }

    [Fact]
    public async Task The_reserve_is_kept_for_what_is_urgent()
    {
        clock.Work();
        using var budget = await LearnAsync(remaining: 101);
        await budget.EnterAsync(urgent: false, default);
        var before = clock.Elapsed;

        for (var i = 0; i < 100; i++)
        {
            budget.EnterAsync(urgent: true, default).IsCompletedSuccessfully.ShouldBeTrue();
        }

        clock.Rest();
        await budget.EnterAsync(urgent: true, default);
        (clock.Elapsed - before).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(0.9));
        await budget.EnterAsync(urgent: false, default);
        (clock.Elapsed - before).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(100));
    }

    [Fact]
    public async Task What_others_use_up_is_believed_at_once_and_good_news_only_when_nothing_is_under_way()
    {
        using var budget = await LearnAsync(remaining: 3000);
        await budget.EnterAsync(urgent: true, default);
        await budget.EnterAsync(urgent: true, default);
        await budget.EnterAsync(urgent: true, default);

        budget.Leave(answered: true, new RateState(3600, 2, TimeSpan.Zero, Gradual: true), pause: null);
        budget.Leave(answered: true, new RateState(3600, 2500, TimeSpan.Zero, Gradual: true), pause: null);
        (await BlockedAsync(budget)).ShouldBeTrue();

        budget.Leave(answered: true, new RateState(3600, 2500, TimeSpan.Zero, Gradual: true), pause: null);
        (await BlockedAsync(budget)).ShouldBeFalse();
    }

    [Fact]
    public async Task What_comes_back_all_at_once_is_waited_for()
    {
        using var budget = new RateBudget(Hour, 1200, clock);
        await budget.EnterAsync(urgent: false, default);
        budget.Leave(answered: true, new RateState(1200, 0, TimeSpan.FromSeconds(90), Gradual: false), pause: null);

        await budget.EnterAsync(urgent: true, default);
        clock.Elapsed.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(89));

        clock.Work();
        for (var i = 0; i < 1000; i++)
        {
            budget.EnterAsync(urgent: false, default).IsCompletedSuccessfully.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task A_wish_to_be_left_alone_holds_for_everybody()
    {
        using var budget = await LearnAsync(remaining: 3000);
        await budget.EnterAsync(urgent: true, default);
        var before = clock.Elapsed;
        budget.Leave(answered: true, state: null, TimeSpan.FromSeconds(40));

        await budget.EnterAsync(urgent: true, default);

        (clock.Elapsed - before).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(39));
    }

    [Fact]
    public async Task Who_waits_can_be_cancelled_and_takes_nothing()
    {
        using var budget = await LearnAsync(remaining: 0);
        using var cancelled = new CancellationTokenSource();
        var waiting = budget.EnterAsync(urgent: false, cancelled.Token);

        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
        await budget.EnterAsync(urgent: false, default);
    }

    private async Task<RateBudget> LearnAsync(double remaining)
    {
        var budget = new RateBudget(Hour, limit: null, clock);
        await budget.EnterAsync(urgent: true, default);
        budget.Leave(answered: true, new RateState(3600, remaining, TimeSpan.Zero, Gradual: true), pause: null);
        return budget;
    }

    /// <summary>Whether a request would have to wait.</summary>
    private async Task<bool> BlockedAsync(RateBudget budget)
    {
        using var impatient = new CancellationTokenSource(TimeSpan.FromSeconds(20), clock);
        try
        {
            await budget.EnterAsync(urgent: false, impatient.Token);
            budget.Leave(answered: false, state: null, pause: null);
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }
}
