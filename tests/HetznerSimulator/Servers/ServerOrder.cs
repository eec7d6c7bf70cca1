using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using HetznerSimulator.Firewalls;
using HetznerSimulator.Http;
using HetznerSimulator.Images;
using HetznerSimulator.Networks;
using HetznerSimulator.Offers;
using HetznerSimulator.PlacementGroups;
using HetznerSimulator.SshKeys;

namespace HetznerSimulator.Servers;

/// <summary>What <c>POST /servers</c> asks for, found and checked; reading it changes nothing.</summary>
internal sealed partial record ServerOrder
{
    private const int MaxUserData = 32 * 1024;
    private const string AnyLocation = "fsn1";

    private ServerOrder()
    {
    }

    public required string Name { get; init; }

    public required ServerType Type { get; init; }

    public required Location Location { get; init; }

    public required Image Image { get; init; }

    public required IReadOnlyList<SshKey> SshKeys { get; init; }

    public required IReadOnlyList<Firewall> Firewalls { get; init; }

    /// <summary>Each network with the address that is free there.</summary>
    public required IReadOnlyList<(Network Network, IPAddress Address)> Networks { get; init; }

    public required PlacementGroup? PlacementGroup { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required string? UserData { get; init; }

    public required bool Starts { get; init; }

    public required AddressWish Ipv4 { get; init; }

    public required AddressWish Ipv6 { get; init; }

    /// <exception cref="CloudException">It cannot be had.</exception>
    public static ServerOrder Read(Cloud cloud, Body body)
    {
        if (body.Has("datacenter"))
        {
            throw body.Invalid("datacenter", "was removed: use 'location'");
        }

        if (body.Has("volumes"))
        {
            throw body.Invalid("volumes", "are not served by the simulator");
        }

        var type = FindType(cloud, body);
        var location = cloud.Stock.FindLocation(body.Key("location") ?? AnyLocation) ?? throw CloudException.NotFound("location", body.Key("location")!);
        var net = body.Object("public_net") ?? Body.Empty;
        var order = new ServerOrder
        {
            Name = body.Required("name") is var name && HostName().IsMatch(name) ? name : throw body.Invalid("name", "must be a valid host name"),
            Type = type,
            Location = location,
            Image = FindImage(cloud, body, type),
            SshKeys = [.. body.Keys("ssh_keys").Select(k => cloud.SshKeys.FindByKey(k) ?? throw CloudException.NotFound("ssh_key", k))],
            Firewalls = FirewallRoutes.ForNewServer([.. body.Objects("firewalls").Select(f => cloud.Firewalls.Get(f.RequiredNumber("firewall"))).Distinct()]),
            Networks = [.. body.Numbers("networks").Distinct().Select(cloud.Networks.Get).Select(n => (n, n.FreeAddress(location.NetworkZone)))],
            PlacementGroup = FindGroup(cloud, body),
            Labels = body.Labels() ?? Http.Labels.None,
            UserData = body.Text("user_data") is not { } data || Encoding.UTF8.GetByteCount(data) <= MaxUserData ? body.Text("user_data") : throw body.Invalid("user_data", $"is longer than {MaxUserData} bytes"),
            Starts = body.Flag("start_after_create") ?? true,
            Ipv4 = AddressWish.Read(cloud, net, "ipv4", location),
            Ipv6 = AddressWish.Read(cloud, net, "ipv6", location),
        };
        order.RefuseUnavailable(cloud, body);
        return order;
    }

    /// <summary>The body's image: by id, or a system image by name for the type's architecture.</summary>
    public static Image FindImage(Cloud cloud, Body body, ServerType type)
    {
        var key = body.Key("image") ?? throw body.Invalid("image", "is required");
        var image = (long.TryParse(key, out var id) ? cloud.Images.Find(id) : null)
            ?? cloud.Images.All.FirstOrDefault(i => i.IsSystem && i.Name == key && i.Architecture == type.Architecture)
            ?? throw CloudException.NotFound("image", key);
        if (image.Architecture != type.Architecture || image.DiskSize > type.Disk)
        {
            throw body.Invalid("image", "has another architecture, or needs a larger disk than the server type has");
        }

        return image.Status == ImageStatus.Available ? image : throw body.Invalid("image", "is not available");
    }

    /// <summary>The body's server type, by name or id.</summary>
    public static ServerType FindType(Cloud cloud, Body body)
    {
        var key = body.Key("server_type") ?? throw body.Invalid("server_type", "is required");
        return cloud.Stock.FindType(key) ?? throw CloudException.NotFound("server_type", key);
    }

    private static PlacementGroup? FindGroup(Cloud cloud, Body body)
    {
        var group = body.Number("placement_group") is { } id ? cloud.PlacementGroups.Get(id) : null;
        return group?.Members(cloud).Count >= PlacementGroup.MaxServers
            ? throw new CloudException("placement_error", $"placement group '{group.Name}' holds {PlacementGroup.MaxServers} servers already")
            : group;
    }

    private void RefuseUnavailable(Cloud cloud, Body body)
    {
        if (!Type.IsSoldIn(Location))
        {
            throw body.Invalid("server_type", $"{Type.Name} is not sold in {Location.Name}");
        }

        cloud.Stock.RefuseSoldOut(Type, Location);
        cloud.Servers.MakeRoomFor(Name);
        cloud.PrimaryIps.MakeRoomFor((Ipv4.IsNew ? 1 : 0) + (Ipv6.IsNew ? 1 : 0));
    }

    [GeneratedRegex(@"^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HostName();
}
