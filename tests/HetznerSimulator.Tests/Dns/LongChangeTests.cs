using HetznerSimulator.Tests.World;

namespace HetznerSimulator.Tests.Dns;

public sealed class LongChangeTests : CloudTest
{
    protected override SimulatorOptions Options => base.Options with { ActionTime = TimeSpan.FromSeconds(10) };

    [Fact]
    public async Task Changes_of_different_sets_of_a_zone_do_not_lock_each_other_out()
    {
        (await PostAsync("/zones", new { name = "example.com", mode = "primary" })).With(201);

        foreach (var name in (string[])["a", "b", "c"])
        {
            (await PostAsync("/zones/example.com/rrsets", new { name, type = "A", records = (object[])[new { value = "198.18.0.1" }] })).With(201).Text("action.status").ShouldBe("running");
        }
    }
}
