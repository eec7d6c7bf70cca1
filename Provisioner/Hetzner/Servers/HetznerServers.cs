using Provisioner.Hetzner.Actions;
using Provisioner.Hetzner.Images;

namespace Provisioner.Hetzner.Servers;

/// <summary>The servers of our project. Deleting one leaves its volumes and primary IPs, unless those delete themselves.</summary>
public sealed class HetznerServers : HetznerCollection<HetznerServer>
{
    internal HetznerServers(HetznerApi api, TimeProvider time)
        : base(api, "servers", "server", HetznerJson.Default.HetznerServer, time)
    {
    }

    /// <summary>Makes a server of the first choice that is to be had; a server of that name that is ours already is adopted.</summary>
    /// <exception cref="SoldOutException">None is to be had.</exception>
    /// <exception cref="ForeignObjectException">A server of that name is not ours.</exception>
    /// <exception cref="ArgumentException">The request names no choice, a label that is none, or too much user data.</exception>
    public async Task<Creation<HetznerServer>> EnsureAsync(ServerRequest request, Ownership owner, CancellationToken ct)
    {
        if (request.Choices.Count == 0)
        {
            throw new ArgumentException($"Server {request.Name} has no choices. Name at least one server type and location.", nameof(request));
        }

        var soldOut = new List<(ServerChoice, HetznerException)>();
        foreach (var choice in request.Choices)
        {
            var body = CreateServerBody.From(request, choice, owner);
            try
            {
                return await EnsureAsync(request.Name, owner, () => CreateAsync(body, HetznerJson.Default.CreateServerBody, ct), ct);
            }
            catch (HetznerException e) when (e.Code is HetznerErrors.ResourceUnavailable or HetznerErrors.PlacementError)
            {
                soldOut.Add((choice, e));
            }
        }

        throw new SoldOutException(request.Name, soldOut);
    }

    public Task<IReadOnlyList<HetznerAction>> ProtectAsync(long id, bool protect, CancellationToken ct) =>
        ActAsync(id, "change_protection", new ProtectionBody(protect, protect), HetznerJson.Default.ProtectionBody, ct);

    public Task<IReadOnlyList<HetznerAction>> PowerOnAsync(long id, CancellationToken ct) => ActAsync(id, "poweron", ct);

    /// <summary>As pulling the plug.</summary>
    public Task<IReadOnlyList<HetznerAction>> PowerOffAsync(long id, CancellationToken ct) => ActAsync(id, "poweroff", ct);

    /// <summary>As a short press on the button: the action ends before the server is off.</summary>
    public Task<IReadOnlyList<HetznerAction>> ShutDownAsync(long id, CancellationToken ct) => ActAsync(id, "shutdown", ct);

    /// <summary>Asks the system to restart.</summary>
    public Task<IReadOnlyList<HetznerAction>> RebootAsync(long id, CancellationToken ct) => ActAsync(id, "reboot", ct);

    /// <summary>As the reset button.</summary>
    public Task<IReadOnlyList<HetznerAction>> ResetAsync(long id, CancellationToken ct) => ActAsync(id, "reset", ct);

    /// <summary>Makes the disk anew from an image; everything on it is lost.</summary>
    /// <param name="userData">For cloud-init; null keeps what the server had.</param>
    public Task<IReadOnlyList<HetznerAction>> RebuildAsync(long id, string image, string? userData, CancellationToken ct) =>
        ActAsync(id, "rebuild", new RebuildBody(image, userData), HetznerJson.Default.RebuildBody, ct);

    /// <summary>Makes a snapshot of the disk, which outlives the server. Shut the server down before, so that the disk is whole.</summary>
    /// <param name="owner">One snapshot per owner: an earlier attempt's is adopted.</param>
    public Task<Creation<HetznerImage>> EnsureSnapshotAsync(long id, string description, IReadOnlyDictionary<string, string> labels, Ownership owner, HetznerImages images, CancellationToken ct)
    {
        var body = new CreateImageBody("snapshot", description, LabelSyntax.Owned(owner, labels));
        return images.EnsureSnapshotAsync(
            owner,
            () => Api.PostAsync($"{Path}/{id}/actions/create_image", body, HetznerJson.Default.CreateImageBody, a => new Creation<HetznerImage>(a.One("image", HetznerJson.Default.HetznerImage), a.Actions()), ct, once: true),
            ct);
    }

    private protected override Task<IReadOnlyList<HetznerAction>> RunningAsync(long id, CancellationToken ct) => ReadRunningAsync(id, ct);
}
