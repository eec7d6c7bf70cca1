using System.Net;
using HetznerSimulator.Offers;
using HetznerSimulator.Resources;

namespace HetznerSimulator.PrimaryIps;

/// <summary>A public address that is paid for by itself, whether a server has it or not.</summary>
public sealed class PrimaryIp : Resource
{
    public required Location Location { get; init; }

    public required IPAddress Address { get; init; }

    /// <summary><c>ipv4</c>, or <c>ipv6</c> for a whole /64.</summary>
    public required string Type { get; init; }

    /// <summary>True where it goes when its server goes.</summary>
    public bool AutoDelete { get; set; }

    /// <summary>Id of the server that has it.</summary>
    public long? AssigneeId { get; set; }

    /// <summary>Reverse name; null for the one that the cloud makes up.</summary>
    public string? ReverseName { get; set; }

    internal string Shown => Type == "ipv4" ? $"{Address}" : $"{Address}/64";

    internal string Reverse => ReverseName ?? $"static.{string.Join('.', Address.GetAddressBytes().Reverse())}.clients.example.com";

    internal object Show() => new
    {
        Id,
        Name,
        Labels,
        Created,
        Blocked = false,
        Location,
        Ip = Shown,
        DnsPtr = Type == "ipv4" || ReverseName is not null ? new[] { new { Ip = $"{Address}", DnsPtr = Reverse } } : [],
        Protection = new { Delete = DeleteProtected },
        Type,
        AutoDelete,
        AssigneeType = "server",
        AssigneeId,
    };
}
