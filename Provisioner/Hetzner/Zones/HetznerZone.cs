namespace Provisioner.Hetzner.Zones;

/// <summary>A domain whose records Hetzner serves.</summary>
/// <param name="Mode"><c>primary</c>: the records are kept here; <c>secondary</c>: they are copied from elsewhere.</param>
/// <param name="Ttl">Of records without one of their own, in seconds.</param>
/// <param name="AuthoritativeNameservers">Whether the world asks Hetzner for this domain.</param>
public sealed record HetznerZone(
    long Id,
    string Name,
    string Mode,
    string Status,
    int Ttl,
    ZoneNameservers AuthoritativeNameservers,
    HetznerProtection Protection,
    IReadOnlyDictionary<string, string> Labels) : IHetznerObject;
