using System.Net;
using HetznerSimulator.Hosts;

namespace HetznerSimulator.Tests.World;

/// <summary>Hosts that write down what is asked of them, and wait or fail where a test wants it.</summary>
public sealed class ScriptedHosts : IHosts
{
    private readonly RecordsOnly _addresses = new();
    private readonly List<string> _done = [];

    /// <summary>What was asked, in order: <c>create first debian-12</c>, <c>delete 17</c>.</summary>
    public IReadOnlyList<string> Done
    {
        get
        {
            lock (_done)
            {
                return [.. _done];
            }
        }
    }

    /// <summary>Everything that is asked for waits for this.</summary>
    public Task Until { get; set; } = Task.CompletedTask;

    public bool HasAddresses { get; set; } = true;

    public HostRequest? LastRequest { get; private set; }

    public bool IsDisposed { get; private set; }

    public IPAddress TakeAddress() => HasAddresses ? _addresses.TakeAddress() : throw new InvalidOperationException("no address is left");

    public void ReturnAddress(IPAddress address) => Note($"return {address}");

    public Task CreateAsync(HostRequest request, CancellationToken ct)
    {
        LastRequest = request;
        return DoAsync($"create {request.Name} {request.Image.SystemName ?? $"snapshot {request.Image.SnapshotId}"} at {request.Address}", ct);
    }

    public Task StartAsync(long id, CancellationToken ct) => DoAsync($"start {id}", ct);

    public Task StopAsync(long id, bool graceful, CancellationToken ct) => DoAsync($"stop {id} {(graceful ? "gently" : "hard")}", ct);

    public Task RebootAsync(long id, bool graceful, CancellationToken ct) => DoAsync($"reboot {id} {(graceful ? "gently" : "hard")}", ct);

    public Task DeleteAsync(long id, CancellationToken ct) => DoAsync($"delete {id}", ct);

    public async Task<long> SnapshotAsync(long id, long snapshotId, CancellationToken ct)
    {
        await DoAsync($"snapshot {id} {snapshotId}", ct);
        return 2_340_000_000;
    }

    public Task DeleteSnapshotAsync(long snapshotId, CancellationToken ct) => DoAsync($"delete snapshot {snapshotId}", ct);

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }

    private async Task DoAsync(string what, CancellationToken ct)
    {
        await Until.WaitAsync(ct);
        Note(what);
    }

    private void Note(string what)
    {
        lock (_done)
        {
            _done.Add(what);
        }
    }
}
