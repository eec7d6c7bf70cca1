using HetznerSimulator.Hosts;
using HetznerSimulator.Resources;

namespace HetznerSimulator.Images;

/// <summary>What a server's disk is made from. A system image has a name, a snapshot only a description.</summary>
public sealed class Image : Resource
{
    /// <summary>True for the cloud's own images, false for snapshots.</summary>
    public required bool IsSystem { get; init; }

    public required string Description { get; set; }

    public required string Architecture { get; init; }

    public required string Flavor { get; init; }

    public required string Version { get; init; }

    /// <summary>GB that a server's disk needs at least.</summary>
    public required double DiskSize { get; init; }

    public ImageStatus Status { get; set; }

    /// <summary>GB that the image takes; null until it is there.</summary>
    public double? Size { get; set; }

    /// <summary>The server that a snapshot was taken of.</summary>
    public (long Id, string Name)? CreatedFrom { get; init; }

    internal string Type => IsSystem ? "system" : "snapshot";

    internal HostImage Source => IsSystem ? HostImage.System(Name) : HostImage.Snapshot(Id);

    internal object Show() => new
    {
        Id,
        Type,
        Status,
        Name = IsSystem ? Name : null,
        Description,
        ImageSize = Size,
        DiskSize,
        Created,
        CreatedFrom = CreatedFrom is { } from ? new { from.Id, from.Name } : null,
        BoundTo = (long?)null,
        OsFlavor = Flavor,
        OsVersion = Version,
        RapidDeploy = IsSystem,
        Protection = new { Delete = DeleteProtected },
        Deprecated = (string?)null,
        Deleted = (string?)null,
        Labels,
        Architecture,
    };
}
