using Provisioner.Hetzner.Images;
using Provisioner.Hetzner.Networks;
using Provisioner.Hetzner.Servers;
using Provisioner.Hetzner.Zones;

namespace Provisioner.Hetzner;

/// <summary>Everything in a project that carries the labels of one installation. Whose each object is: <see cref="Ownership.Read(IReadOnlyDictionary{string, string})"/>.</summary>
public sealed record HetznerInventory(
    IReadOnlyList<HetznerServer> Servers,
    IReadOnlyList<HetznerFirewall> Firewalls,
    IReadOnlyList<HetznerSshKey> SshKeys,
    IReadOnlyList<HetznerNetwork> Networks,
    IReadOnlyList<HetznerPlacementGroup> PlacementGroups,
    IReadOnlyList<HetznerPrimaryIp> PrimaryIps,
    IReadOnlyList<HetznerImage> Images,
    IReadOnlyList<(string Zone, HetznerRecordSet Set)> RecordSets);
