using Provisioner;
using Provisioner.Dns;

namespace ControlPlane.Tests.Certificates;

/// <summary>A provider that writes what nobody asked for while it is broken.</summary>
public sealed class SwitchedDns(IDnsProvider dns) : IDnsProvider
{
    private int made;

    public bool IsBroken { get; set; }

    /// <summary>Record sets that were asked for.</summary>
    public int Made => made;

    public Task EnsureAsync(RecordSet set, Ownership owner, CancellationToken ct)
    {
        Interlocked.Increment(ref made);
        return dns.EnsureAsync(IsBroken ? new RecordSet(set.Name, ["broken"], set.Ttl) : set, owner, ct);
    }

    public Task RemoveAsync(RecordName name, Ownership owner, CancellationToken ct) => dns.RemoveAsync(name, owner, ct);

    public IAsyncEnumerable<OwnedRecordSet> ListAsync(string zone, string installation, CancellationToken ct) => dns.ListAsync(zone, installation, ct);
}
