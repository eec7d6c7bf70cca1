using System.Runtime.CompilerServices;
using Provisioner.Hetzner;
using Provisioner.Hetzner.Zones;

namespace Provisioner.Dns;

/// <summary>Zones at Hetzner; whose a record set is, its labels say.</summary>
public sealed class HetznerDns(HetznerClient hetzner) : IDnsProvider
{
    public async Task EnsureAsync(RecordSet set, Ownership owner, CancellationToken ct)
    {
        var name = set.Name;
        var records = set.Values.Select(v => new HetznerRecord(Written(name.Type, v))).ToList();
        var seconds = (int)set.Ttl.TotalSeconds;
        try
        {
            var wanted = new HetznerRecordSet(name.Name, name.Type.ToString(), seconds, records, owner.Labels);
            await hetzner.Actions.WaitAsync(await hetzner.RecordSets.CreateAsync(name.Zone, wanted, ct), ct);
        }
        catch (HetznerException e) when (e.Code == HetznerErrors.UniquenessError || e.MayHaveHappened)
        {
            if (await FindOwnAsync(name, owner, ct) is not { } existing)
            {
                throw;
            }

            if (!existing.Records.Select(r => Read(name.Type, r.Value)).ToHashSet(StringComparer.Ordinal).SetEquals(set.Values))
            {
                await hetzner.Actions.WaitAsync(await hetzner.RecordSets.SetRecordsAsync(name.Zone, name.Name, name.Type.ToString(), records, ct), ct);
            }

            if (existing.Ttl != seconds)
            {
                await hetzner.Actions.WaitAsync(await hetzner.RecordSets.SetTtlAsync(name.Zone, name.Name, name.Type.ToString(), seconds, ct), ct);
            }
        }
    }

    public async Task RemoveAsync(RecordName name, Ownership owner, CancellationToken ct)
    {
        if (await FindOwnAsync(name, owner, ct) is not null)
        {
            await hetzner.Actions.WaitAsync(await hetzner.RecordSets.DeleteAsync(name.Zone, name.Name, name.Type.ToString(), ct), ct);
        }
    }

    public async IAsyncEnumerable<OwnedRecordSet> ListAsync(string zone, string installation, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var set in hetzner.RecordSets.ListAsync(zone, LabelSelector.OfInstallation(installation), ct))
        {
            if (Ownership.Read(set.Labels) is { } owner && Enum.TryParse<RecordType>(set.Type, out var type))
            {
                var ttl = set.Ttl is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
                yield return new OwnedRecordSet(new RecordSet(new RecordName(zone, set.Name, type), [.. set.Records.Select(r => Read(type, r.Value))], ttl), owner);
            }
        }
    }

    private async Task<HetznerRecordSet?> FindOwnAsync(RecordName name, Ownership owner, CancellationToken ct)
    {
        var found = await hetzner.RecordSets.FindAsync(name.Zone, name.Name, name.Type.ToString(), ct);
        return found is null || owner.Equals(Ownership.Read(found.Labels)) ? found : throw new ForeignObjectException($"DNS record {name}", ForeignObjectException.Labels);
    }

    private static string Written(RecordType type, string value) =>
        type switch
        {
            RecordType.TXT => TextValue.Quote(value),

            // Without the dot the name would be one inside the zone.
            RecordType.CNAME => $"{value}.",
            _ => value,
        };

    private static string Read(RecordType type, string value) =>
        type switch
        {
            RecordType.TXT => TextValue.Unquote(value),
            RecordType.CNAME => value.TrimEnd('.'),
            RecordType.AAAA => System.Net.IPAddress.TryParse(value, out var address) ? address.ToString() : value,
            _ => value,
        };
}
