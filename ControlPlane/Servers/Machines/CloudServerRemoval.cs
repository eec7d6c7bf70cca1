using ControlPlane.Catalog;
using Provisioner;
using Provisioner.Hetzner;
using Provisioner.Hetzner.Servers;

namespace ControlPlane.Servers.Machines;

/// <summary>Deletes servers at Hetzner that are this installation's by their labels, and no others.</summary>
public sealed class CloudServerRemoval(HetznerClient hetzner, Installation installation)
{
    /// <summary>The server of that name, and whose it says it is; null when there is none.</summary>
    /// <exception cref="ForeignObjectException">It does not carry our labels.</exception>
    public async Task<(HetznerServer Server, Guid Purpose)?> FindAsync(string name, CancellationToken ct)
    {
        if (await hetzner.Servers.FindAsync(name, ct) is not { } found)
        {
            return null;
        }

        return Ownership.Read(found.Labels) is { } owner && owner.Installation == installation.Id.ToString("N")
            ? (found, owner.Purpose)
            : throw new ForeignObjectException($"Server {name}", ForeignObjectException.Labels);
    }

    /// <summary>Takes its protection off and deletes it. One that is gone already is fine.</summary>
    /// <param name="purpose">Whose it must be.</param>
    /// <exception cref="ForeignObjectException">It is somebody else's.</exception>
    public async Task RemoveAsync(string name, Guid purpose, Action<string> say, CancellationToken ct)
    {
        if (await FindAsync(name, ct) is not var (server, owner))
        {
            return;
        }

        if (owner != purpose)
        {
            throw new ForeignObjectException($"Server {name}", ForeignObjectException.Labels);
        }

        if (server.Protection.Delete)
        {
            await hetzner.Actions.WaitAsync(await hetzner.Servers.ProtectAsync(server.Id, protect: false, ct), ct);
        }

        await hetzner.Actions.WaitAsync(await hetzner.Servers.DeleteAsync(server.Id, ct), ct);
        say($"{name} is gone from Hetzner.");
    }
}
