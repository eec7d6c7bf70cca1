namespace HetznerSimulator.Hosts;

/// <summary>What a host's disk is made from: a system image by its name (<c>debian-12</c>), or a snapshot taken before by its id. Exactly one is set.</summary>
public sealed record HostImage
{
    private HostImage(string? systemName, long? snapshotId)
    {
        SystemName = systemName;
        SnapshotId = snapshotId;
    }

    public string? SystemName { get; }

    public long? SnapshotId { get; }

    /// <summary>A system image of the cloud, by its name.</summary>
    public static HostImage System(string name) => new(name, null);

    /// <summary>A snapshot, by the id that <see cref="IHosts.SnapshotAsync"/> got.</summary>
    public static HostImage Snapshot(long id) => new(null, id);
}
