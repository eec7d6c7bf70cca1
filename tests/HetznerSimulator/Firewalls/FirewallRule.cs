using System.Net;
using HetznerSimulator.Http;

namespace HetznerSimulator.Firewalls;

/// <summary>What a firewall lets through. Ports as <c>22</c> or <c>80-85</c>; addresses in CIDR form.</summary>
public sealed record FirewallRule(string? Description, string Direction, IReadOnlyList<string> SourceIps, IReadOnlyList<string> DestinationIps, string Protocol, string? Port)
{
    private const int MaxRules = 50;
    private const int MaxNetworks = 100;

    internal static IReadOnlyList<FirewallRule> ReadAll(Body body) =>
        body.Objects("rules") is { Count: <= MaxRules } rules ? [.. rules.Select(Read)] : throw body.Invalid("rules", $"has more than {MaxRules} rules");

    private static FirewallRule Read(Body rule)
    {
        var (direction, protocol, port) = (rule.Required("direction"), rule.Required("protocol"), rule.Text("port"));
        var (sources, destinations) = (rule.Keys("source_ips"), rule.Keys("destination_ips"));
        if (direction is not ("in" or "out"))
        {
            throw rule.Invalid("direction", "must be 'in' or 'out'");
        }

        if (protocol is not ("tcp" or "udp" or "icmp" or "esp" or "gre"))
        {
            throw rule.Invalid("protocol", "must be tcp, udp, icmp, esp or gre");
        }

        if ((protocol is "tcp" or "udp") != (port is not null))
        {
            throw rule.Invalid("port", port is null ? $"is required for {protocol}" : $"makes no sense for {protocol}");
        }

        if (port is not null && !IsPorts(port))
        {
            throw rule.Invalid("port", "must be a port or a range of ports");
        }

        var (field, addresses) = direction == "in" ? ("source_ips", sources) : ("destination_ips", destinations);
        if (addresses.Count is 0 or > MaxNetworks || addresses.Any(a => !IPNetwork.TryParse(a, out _)))
        {
            throw rule.Invalid(field, $"must hold 1 to {MaxNetworks} networks in CIDR form, with no bits set behind their prefix");
        }

        return new FirewallRule(rule.Text("description"), direction, sources, destinations, protocol, port);
    }

    private static bool IsPorts(string text) =>
        text == "any" || (text.Split('-') is { Length: 1 or 2 } ends && Array.TrueForAll(ends, e => ushort.TryParse(e, out var port) && port > 0)
            && ushort.Parse(ends[0]) <= ushort.Parse(ends[^1]));
}
