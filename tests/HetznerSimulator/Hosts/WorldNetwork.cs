using System.Net;
using System.Text.Json;
using Provisioner;
using Provisioner.Processes;

namespace HetznerSimulator.Hosts;

/// <summary>A bridge with a private network of 253 addresses, and the way out for the hosts on it.</summary>
internal sealed class WorldNetwork
{
    private const string Forwarding = "/proc/sys/net/ipv4/ip_forward";

    private readonly string bridge;
    private readonly int mtu;
    private readonly IPNetwork network;
    private readonly Lock gate = new();
    private readonly Queue<IPAddress> free;

    private WorldNetwork(string bridge, IPNetwork network, int mtu)
    {
        this.bridge = bridge;
        this.network = network;
        this.mtu = mtu;
        free = new(Enumerable.Range(2, 253).Select(At));
    }

    /// <summary>This machine, as hosts see it.</summary>
    public IPAddress Gateway => At(1);

    /// <summary>Sets up the bridge, forwarding and address translation of a world whose lock is held.</summary>
    public static async Task<WorldNetwork> SetUpAsync(World world, int mtu, CancellationToken ct)
    {
        var made = new WorldNetwork(world.Id, await ChooseAsync(ct), mtu);
        await made.IpAsync(ct, "link", "add", world.Id, "type", "bridge");
        await made.IpAsync(ct, "address", "add", $"{made.Gateway}/{made.network.PrefixLength}", "dev", world.Id);
        await made.IpAsync(ct, "link", "set", world.Id, "mtu", $"{mtu}", "up");
        var rules = $"table ip {world.Id} {{ chain out {{ type nat hook postrouting priority srcnat; ip saddr {made.network} ip daddr != {made.network} masquerade\n }}\n }}\n";
        (await (new Command("nft", "-f", "-") with { Input = rules }).RunAsync(ct)).OrThrow("Could not set up address translation for hosts");
        await ForwardAsync(ct);
        return made;
    }

    public IPAddress Take()
    {
        lock (gate)
        {
            return free.TryDequeue(out var address)
                ? address
                : throw new InvalidOperationException($"All 253 addresses of {network} are taken: delete servers or primary IPs.");
        }
    }

    public void Return(IPAddress address)
    {
        lock (gate)
        {
            free.Enqueue(address);
        }
    }

    /// <summary>A namespace for one machine, joined to the bridge under its address; without an address it is alone.</summary>
    public async Task JoinAsync(string machine, IPAddress? address, CancellationToken ct)
    {
        await IpAsync(ct, "netns", "add", machine);
        await IpAsync(ct, "-n", machine, "link", "set", "lo", "up");
        if (address is null)
        {
            return;
        }

        // Neighbours remember an address's hardware; derived from the address, it stays right when another host gets it.
        var hardware = string.Join(':', address.GetAddressBytes().Prepend<byte>(0).Prepend<byte>(2).Select(b => $"{b:x2}"));
        await IpAsync(ct, "link", "add", machine, "mtu", $"{mtu}", "type", "veth", "peer", "name", "eth0", "netns", machine);
        await IpAsync(ct, "link", "set", machine, "master", bridge, "up");
        await IpAsync(ct, "-n", machine, "link", "set", "eth0", "mtu", $"{mtu}", "address", hardware, "up");
        await IpAsync(ct, "-n", machine, "address", "add", $"{address}/{network.PrefixLength}", "dev", "eth0");
        await IpAsync(ct, "-n", machine, "route", "add", "default", "via", $"{Gateway}");
    }

    /// <summary>Removes a machine's namespace and with it its link.</summary>
    public Task LeaveAsync(string machine, CancellationToken ct) =>
        File.Exists($"/run/netns/{machine}") ? IpAsync(ct, "netns", "delete", machine) : Task.CompletedTask;

    /// <summary>A private network that meets none that this machine has or reaches.</summary>
    private static async Task<IPNetwork> ChooseAsync(CancellationToken ct)
    {
        var routes = (await new Command("ip", "-json", "-4", "route", "show", "table", "all").RunAsync(ct)).OrThrow("Cannot read this machine's routes").Output;
        var taken = JsonDocument.Parse(routes).RootElement.EnumerateArray()
            .Select(route => route.GetProperty("dst").GetString()!)
            .Where(destination => destination is not "default")
            .Select(destination => IPNetwork.Parse(destination.Contains('/') ? destination : destination + "/32"))
            .ToList();
        for (var attempt = 0; attempt < 500; attempt++)
        {
            var (first, second) = (attempt % 3) switch
            {
                0 => (10, Random.Shared.Next(256)),
                1 => (172, Random.Shared.Next(16, 32)),
                _ => (192, 168),
            };
            var candidate = new IPNetwork(new IPAddress([(byte)first, (byte)second, (byte)Random.Shared.Next(256), 0]), 24);
            if (!taken.Exists(other => other.Contains(candidate.BaseAddress) || candidate.Contains(other.BaseAddress)))
            {
                return candidate;
            }
        }

        throw new ProvisioningException("no_free_network", "No private network of 256 addresses is free for hosts. Look at: ip route show table all");
    }

    /// <summary>Remembers that forwarding was off, so that the last world to go switches it off again.</summary>
    private static async Task ForwardAsync(CancellationToken ct)
    {
        if ((await File.ReadAllTextAsync(Forwarding, ct)).Trim() == "0")
        {
            await File.WriteAllTextAsync(Path.Combine(World.Shared, "forwarding-was-off"), "", ct);
            await File.WriteAllTextAsync(Forwarding, "1", ct);
        }
    }

    private IPAddress At(int host)
    {
        var bytes = network.BaseAddress.GetAddressBytes();
        bytes[3] = (byte)host;
        return new IPAddress(bytes);
    }

    private async Task IpAsync(CancellationToken ct, params string[] arguments) =>
        (await new Command("ip", arguments).RunAsync(ct)).OrThrow($"Could not set up the network of hosts: ip {string.Join(' ', arguments)}");
}
