namespace Provisioner.Hetzner.Servers;

/// <summary>A virtual machine.</summary>
/// <param name="Status">One of <see cref="HetznerServerStatus"/>.</param>
/// <param name="Image">What its disk was made from; null when that is gone.</param>
/// <param name="Locked">Whether an action runs that shuts others out.</param>
public sealed record HetznerServer(
    long Id,
    string Name,
    string Status,
    DateTimeOffset Created,
    PublicAddresses PublicNet,
    IReadOnlyList<PrivateAddress> PrivateNet,
    HetznerReference ServerType,
    HetznerReference Location,
    HetznerReference? Image,
    bool Locked,
    HetznerProtection Protection,
    IReadOnlyDictionary<string, string> Labels,
    HetznerReference? PlacementGroup = null) : IHetznerObject;
