using System.Net;

namespace HetznerSimulator.Hosts;

/// <summary>Nothing behind the API: servers are records, and their addresses lead nowhere. Carries tens of thousands of them.</summary>
public sealed class RecordsOnly : IHosts
{
    /// <summary>198.18.0.0/15 is set aside for tests (RFC 2544): 131,070 addresses that no router carries.</summary>
    private const uint First = (198u << 24) | (18u << 16) | 1;
    private const uint Loopback = (127u << 24) | (18u << 16) | 1;
    private const uint Last = (198u << 24) | (19u << 16) | 0xFFFE;

    /// <summary>A disk of this size is what a fresh system image takes.</summary>
    private const long SnapshotBytes = 1_500_000_000;

    private readonly Lock _gate = new();
    private readonly Queue<uint> _returned = new();
    private readonly uint _last;
    private uint _next;

    /// <param name="onLoopback">Gives addresses of this machine's own loopback instead, where whoever calls is refused at once.</param>
    public RecordsOnly(bool onLoopback = false)
    {
        _next = onLoopback ? Loopback : First;
        _last = _next + (Last - First);
    }

    /// <inheritdoc/>
    public IPAddress TakeAddress()
    {
        lock (_gate)
        {
            // A returned address rests as long as fresh ones are left, so that a stale record is not answered by a new server by chance.
            if (_next <= _last)
            {
                return ToAddress(_next++);
            }

            return _returned.TryDequeue(out var address)
                ? ToAddress(address)
                : throw new InvalidOperationException("All 131,070 simulated addresses are taken: delete servers or primary IPs.");
        }
    }

    /// <inheritdoc/>
    public void ReturnAddress(IPAddress address)
    {
        lock (_gate)
        {
            _returned.Enqueue((uint)IPAddress.NetworkToHostOrder(BitConverter.ToInt32(address.GetAddressBytes())));
        }
    }

    public Task CreateAsync(HostRequest request, CancellationToken ct) => Task.CompletedTask;

    public Task StartAsync(long id, CancellationToken ct) => Task.CompletedTask;

    public Task StopAsync(long id, bool graceful, CancellationToken ct) => Task.CompletedTask;

    public Task RebootAsync(long id, bool graceful, CancellationToken ct) => Task.CompletedTask;

    public Task DeleteAsync(long id, CancellationToken ct) => Task.CompletedTask;

    public Task<long> SnapshotAsync(long id, long snapshotId, CancellationToken ct) => Task.FromResult(SnapshotBytes);

    public Task DeleteSnapshotAsync(long snapshotId, CancellationToken ct) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static IPAddress ToAddress(uint value) => new(IPAddress.HostToNetworkOrder((int)value) & 0xFFFFFFFFL);
}
