using Provisioner.Dns;

namespace Provisioner.Tests.Acme;

/// <summary>A provider whose records the test sees, and may change on their way.</summary>
internal sealed class WatchedDns(IDnsProvider dns, Func<RecordSet, RecordSet>? change = null) : IDnsProvider
{
    public List<RecordSet> Made { get; } = [];

    public Task EnsureAsync(RecordSet set, Ownership owner, CancellationToken ct)
    {
        Made.Add(set);
        return dns.EnsureAsync(change?.Invoke(set) ?? set, owner, ct);
    }

    public Task RemoveAsync(RecordName name, Ownership owner, CancellationToken ct) => dns.RemoveAsync(name, owner, ct);

    public IAsyncEnumerable<OwnedRecordSet> ListAsync(string zone, string installation, CancellationToken ct) => dns.ListAsync(zone, installation, ct);
}
