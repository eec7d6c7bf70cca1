namespace Provisioner.Hetzner.Images;

/// <summary>What a disk is made from.</summary>
/// <param name="Type"><c>system</c>, <c>app</c>, <c>snapshot</c> or <c>backup</c>.</param>
/// <param name="Status"><c>available</c>, <c>creating</c> or <c>unavailable</c>.</param>
/// <param name="Name">Null for snapshots.</param>
/// <param name="ImageSize">GB that are paid for; null until known.</param>
/// <param name="DiskSize">GB that a server's disk must have at least.</param>
/// <param name="Architecture"><c>x86</c> or <c>arm</c>.</param>
/// <param name="Deprecated">Since when; null when it is not.</param>
public sealed record HetznerImage(
    long Id,
    string Type,
    string Status,
    string? Name,
    string Description,
    decimal? ImageSize,
    decimal DiskSize,
    DateTimeOffset Created,
    HetznerReference? CreatedFrom,
    string Architecture,
    DateTimeOffset? Deprecated,
    HetznerProtection Protection,
    IReadOnlyDictionary<string, string> Labels) : IHetznerObject;
