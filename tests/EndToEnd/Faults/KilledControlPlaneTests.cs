using EndToEnd.World;
using Xunit.Abstractions;

namespace EndToEnd.Faults;

public sealed class KilledControlPlaneTests(ITestOutputHelper output)
{
    private const int Kills = 3;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Killed_three_times_during_many_onboardings_it_finishes_every_one()
    {
        output.WriteLine($"seed {Chaos.Seed}, {Chaos.Onboardings} onboardings");
        var random = new Random(Chaos.Seed);
        await using var system = await LiveSystem.StartAsync(warm: 3);
        var asking = Crowd.AskAsync(system, Chaos.Onboardings);

        // Progress tells when, so that a slow machine is hit in the middle too.
        foreach (var done in Enumerable.Range(0, Kills).Select(_ => random.Next(Chaos.Onboardings * 3 / 4)).Order())
        {
            await system.UntilDoneAsync(done, Limit);
            await Task.Delay(random.Next(300), CancellationToken.None);
            await system.ControlPlane.KillAsync();
            output.WriteLine($"killed after {done} were done");
            await system.StartControlPlaneAsync();
        }

        await Crowd.AllServedAsync(system, await asking, Limit);
    }

    [Fact]
    public async Task Asked_to_stop_in_the_middle_it_gives_its_work_back_and_the_next_version_goes_on_at_once()
    {
        await using var system = await LiveSystem.StartAsync();
        var asking = Crowd.AskAsync(system, 40);
        await system.UntilInTheMiddleAsync();

        await system.ControlPlane.StopAsync();

        system.ControlPlane.ExitCode.ShouldBe(0);
        (await system.ScalarAsync<long>("select count(*) from operations where finished_at is null")).ShouldBePositive("it was stopped too late to show anything");
        (await system.ScalarAsync<long>("select count(*) from operations where lease_until is not null")).ShouldBe(0);
        await system.StartControlPlaneAsync();
        await Crowd.AllServedAsync(system, await asking, Limit);
    }
}
