using System.Net;
using HetznerSimulator.Hosts;
using Support;
using Support.Hosts;

namespace HetznerSimulator.Tests.Hosts;

public sealed class HostLifeTests
{
    private static readonly TimeSpan BootLimit = TimeSpan.FromMinutes(3);

    [RealHostFact]
    public async Task A_host_boots_runs_its_user_data_and_is_gone_afterwards()
    {
        string id;
        await using (var hosts = await RealHosts.StartAsync(CancellationToken.None))
        {
            id = hosts.Id;
            var address = hosts.TakeAddress();
            await hosts.CreateAsync(
                new HostRequest
                {
                    Id = 1,
                    Name = "first",
                    Image = HostImage.System("debian-12"),
                    Address = address,
                    UserData = "#cloud-config\nruncmd:\n- [sh, -c, 'cd /run && hostname > ran && exec setsid python3 -m http.server 8000 >/dev/null 2>&1 &']\n",
                },
                CancellationToken.None);

            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
            var ran = "";
            await Eventually.Async(
                async () =>
                {
                    try
                    {
                        ran = await http.GetStringAsync(new Uri($"http://{address}:8000/ran"));
                        return true;
                    }
                    catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
                    {
                        return false;
                    }
                },
                BootLimit,
                $"the host at {address} runs its user data");

            ran.ShouldBe("first\n");
        }

        (await Traces.OfAsync(id, RealHosts.DefaultFolder)).ShouldBeEmpty();
    }

    [RealHostFact]
    public async Task Several_simulators_have_networks_of_their_own()
    {
        await using var one = await RealHosts.StartAsync(CancellationToken.None);
        await using var other = await RealHosts.StartAsync(CancellationToken.None);

        var network = new IPNetwork(new IPAddress([.. one.TakeAddress().GetAddressBytes()[..3], 0]), 24);

        other.Id.ShouldNotBe(one.Id);
        network.Contains(other.TakeAddress()).ShouldBeFalse();
    }
}
