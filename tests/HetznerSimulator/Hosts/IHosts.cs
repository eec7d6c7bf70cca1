using System.Net;

namespace HetznerSimulator.Hosts;

/// <summary>What stands behind the simulated servers: nothing but records, or real machines. Ids are the cloud's server and image ids.</summary>
/// <remarks>
/// The simulator never calls two members for the same host at once, and holds up every other request until a member has returned its task:
/// wait asynchronously. A member that throws fails the cloud's action with the
/// exception's message. Disposing removes every machine and network that this object made, and nothing else.
/// </remarks>
public interface IHosts : IAsyncDisposable
{
    /// <summary>Takes a free public IPv4 address, at once and without a host: the cloud's answer names it before the host boots.</summary>
    /// <exception cref="InvalidOperationException">No address is free.</exception>
    IPAddress TakeAddress();

    /// <summary>Gives an address back; the next <see cref="TakeAddress"/> may hand it out again.</summary>
    void ReturnAddress(IPAddress address);

    /// <summary>Makes the host from its image and boots it; returns when it boots, not when cloud-init is through.</summary>
    Task CreateAsync(HostRequest request, CancellationToken ct);

    /// <summary>Powers a stopped host on; a running one stays as it is.</summary>
    Task StartAsync(long id, CancellationToken ct);

    /// <summary>Stops a host: gracefully like the power button, else like pulling the plug. A stopped one stays as it is.</summary>
    Task StopAsync(long id, bool graceful, CancellationToken ct);

    /// <summary>Boots a running host again: gracefully, else like the reset button.</summary>
    Task RebootAsync(long id, bool graceful, CancellationToken ct);

    /// <summary>Removes a host and its disk; an unknown one is no error. Its address stays taken until it is returned.</summary>
    Task DeleteAsync(long id, CancellationToken ct);

    /// <summary>Copies a host's disk under <paramref name="snapshotId"/>, whether it runs or not; returns the copy's size in bytes.</summary>
    Task<long> SnapshotAsync(long id, long snapshotId, CancellationToken ct);

    /// <summary>Removes a snapshot's disk; an unknown one is no error.</summary>
    Task DeleteSnapshotAsync(long snapshotId, CancellationToken ct);
}
