using Provisioner.Hetzner.Actions;

namespace Provisioner.Hetzner.Images;

/// <summary>System images, and our project's snapshots and backups.</summary>
public sealed class HetznerImages : HetznerCollection<HetznerImage>
{
    internal HetznerImages(HetznerApi api, TimeProvider time)
        : base(api, "images", "image", HetznerJson.Default.HetznerImage, time)
    {
    }

    /// <summary>The system image of that name for one kind of processor: <c>debian-12</c> is the name of two. Null when there is none.</summary>
    /// <param name="architecture"><c>x86</c> or <c>arm</c>.</param>
    public Task<HetznerImage?> FindSystemAsync(string name, string architecture, CancellationToken ct) =>
        FindOnlyAsync(name, Query.On(Path, ("name", name), ("architecture", architecture), ("type", "system"), ("include_deprecated", "true")), ct);

    /// <summary>The snapshot made for that purpose; null when there is none.</summary>
    /// <exception cref="HetznerException"><c>ambiguous_name</c>: there are several.</exception>
    public Task<HetznerImage?> FindSnapshotAsync(Ownership owner, CancellationToken ct) =>
        FindOnlyAsync(owner.ToString(), Query.On(Path, ("type", "snapshot"), ("label_selector", LabelSelector.Of(owner).ToString())), ct);

    public Task<IReadOnlyList<HetznerAction>> ProtectAsync(long id, bool protect, CancellationToken ct) =>
        ActAsync(id, "change_protection", new ProtectionBody(protect), HetznerJson.Default.ProtectionBody, ct);

    internal Task<Creation<HetznerImage>> EnsureSnapshotAsync(Ownership owner, Func<Task<Creation<HetznerImage>>> create, CancellationToken ct) =>
        EnsureSingleAsync(async () => await FindSnapshotAsync(owner, ct) is { } found ? await AdoptAsync(found, owner, ct) : null, create, ct);

    private protected override Task<IReadOnlyList<HetznerAction>> RunningAsync(long id, CancellationToken ct) => ReadRunningAsync(id, ct);
}
