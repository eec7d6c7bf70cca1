using System.Net;
using EndToEnd.World;
using Support;
using Support.Hosts;
using Xunit.Abstractions;

namespace EndToEnd.Machines;

/// <summary>The second half of the product, on real Debian machines.</summary>
public sealed class DedicatedCustomerTests(CloudWorld world, ITestOutputHelper output) : IClassFixture<CloudWorld>
{
    [RealHostFact]
    public async Task A_customer_of_the_dedicated_tier_is_served_over_https_from_its_own_server()
    {
        var created = await Ctl.RunAsync(world.System, "tenants", "create", "big", "--plan", "enterprise", "--tier", "dedicated", "--wait", "--timeout", "900");
        output.WriteLine(string.Join(Environment.NewLine, created.Lines.Select(l => $"{l.At.TotalSeconds,6:0.0} {l.Text}")));
        created.ExitCode.ShouldBe(0, created.Text);

        var server = world.Cloud.Read(c => c.Servers.All.Single());
        var address = world.Cloud.Read(c => c.Zones.Find(CloudWorld.Zone)!.Find("big.app", "A")!.Records.Single().Value);
        using var crm = CloudWorld.ApplicationOn(IPAddress.Parse(address));
        var answer = await crm.GetAsync("big", "/api/whoami");
        answer.Status.ShouldBe(200, answer.Text);
        ((string)answer.Body["slug"]!).ShouldBe("big");
        server.DeleteProtected.ShouldBeTrue();
        output.WriteLine($"{world.Cloud.Calls.Count()} calls to the cloud; the longest silence was {created.LongestSilence.TotalSeconds:0.0} s");
        world.Cloud.Violations.All.ShouldBeEmpty();
    }

    [RealHostFact]
    public async Task From_a_golden_image_it_takes_a_fraction_of_the_time()
    {
        var built = await Ctl.RunAsync(world.System, "servers", "image", "--wait", "--timeout", "900");
        built.ExitCode.ShouldBe(0, built.Text);

        var created = await Ctl.RunAsync(world.System, "tenants", "create", "golden", "--plan", "enterprise", "--tier", "dedicated", "--wait", "--timeout", "900");
        output.WriteLine(string.Join(Environment.NewLine, created.Lines.Select(l => $"{l.At.TotalSeconds,6:0.0} {l.Text}")));
        created.ExitCode.ShouldBe(0, created.Text);
    }

    [RealHostFact]
    public async Task Killed_at_each_step_the_control_plane_ends_with_one_server_and_nothing_left_over()
    {
        string[] steps = ["OrderMachine", "AwaitMachine", "ConfigureMachine", "RegisterServer", "CallTenant"];
        var before = world.Cloud.Read(c => c.Servers.Count);
        var asked = await world.System.Api.PostUntilAnsweredAsync("/v1/tenants", new { slug = "killed", plan = "enterprise", tier = "dedicated", region = "fsn1" });
        var operation = asked.Expect(202).Operation;
        foreach (var step in steps)
        {
            await Eventually.Async(
                async () => await world.System.ScalarAsync<long>($"select count(*) from operation_steps where operation_id = '{operation}' and name = '{step}'") > 0,
                TimeSpan.FromMinutes(4),
                $"{step} begins");
            await world.System.ControlPlane.KillAsync();
            await world.System.StartControlPlaneAsync();
        }

        (await world.System.EndAsync(operation, TimeSpan.FromMinutes(5))).ShouldBe("done");
        world.Cloud.Read(c => c.Servers.Count).ShouldBe(before + 1);
        (await world.OracleAsync()).ShouldBeEmpty();
    }
}
