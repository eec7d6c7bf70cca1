using System.Net;
using HetznerSimulator.Hosts;

namespace HetznerSimulator.Tests.Hosts;

public sealed class RecordsOnlyTests
{
    [Fact]
    public async Task Ten_thousand_servers_have_ten_thousand_addresses_of_the_test_network()
    {
        await using var hosts = new RecordsOnly();

        var addresses = Enumerable.Range(0, 10_000).Select(_ => hosts.TakeAddress()).ToHashSet();

        addresses.Count.ShouldBe(10_000);
        addresses.ShouldAllBe(a => IPNetwork.Parse("198.18.0.0/15").Contains(a));
    }

    [Fact]
    public async Task A_returned_address_is_handed_out_again_when_no_fresh_one_is_left()
    {
        await using var hosts = new RecordsOnly();
        var first = hosts.TakeAddress();
        for (var i = 1; i < 131_070; i++)
        {
            hosts.TakeAddress();
        }

        Should.Throw<InvalidOperationException>(hosts.TakeAddress);
        hosts.ReturnAddress(first);

        hosts.TakeAddress().ShouldBe(first);
    }
}
