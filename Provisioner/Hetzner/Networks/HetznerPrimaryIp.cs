namespace Provisioner.Hetzner.Networks;

/// <summary>A public address that can outlive its server, and costs money also without one.</summary>
/// <param name="Type"><c>ipv4</c> or <c>ipv6</c>.</param>
/// <param name="Ip">An address, or for IPv6 a /64 network.</param>
/// <param name="AutoDelete">Whether it is deleted with its server.</param>
/// <param name="AssigneeId">The server that has it.</param>
public sealed record HetznerPrimaryIp(
    long Id,
    string Name,
    string Type,
    string Ip,
    HetznerReference Location,
    bool AutoDelete,
    bool Blocked,
    long? AssigneeId,
    HetznerProtection Protection,
    IReadOnlyDictionary<string, string> Labels) : IHetznerObject;
