using Provisioner.Hetzner.Actions;
using Provisioner.Http;

namespace Provisioner.Hetzner.Zones;

/// <summary>The record sets of our zones. A zone is meant by its name or its id. Failures are <see cref="HetznerException"/>s.</summary>
public sealed class HetznerRecordSets
{
    private readonly HetznerApi api;

    internal HetznerRecordSets(HetznerApi api) => this.api = api;

    public IAsyncEnumerable<HetznerRecordSet> ListAsync(string zone, LabelSelector? selector, CancellationToken ct) =>
        api.ListAsync(Query.On(InZone(zone), ("label_selector", selector?.ToString())), "rrsets", HetznerJson.Default.HetznerRecordSet, ct);

    /// <summary>Null when there are no records of that name and type; also when there is no such zone.</summary>
    public async Task<HetznerRecordSet?> FindAsync(string zone, string name, string type, CancellationToken ct)
    {
        try
        {
            return await api.GetAsync(Set(zone, name, type), a => a.One("rrset", HetznerJson.Default.HetznerRecordSet), ct);
        }
        catch (HetznerException e) when (e.Code == HetznerErrors.NotFound)
        {
            return null;
        }
    }

    /// <exception cref="HetznerException"><c>uniqueness_error</c>: there are records of that name and type.</exception>
    public Task<IReadOnlyList<HetznerAction>> CreateAsync(string zone, HetznerRecordSet set, CancellationToken ct)
    {
        LabelSyntax.Check(set.Labels);
        return api.PostAsync(InZone(zone), set, HetznerJson.Default.HetznerRecordSet, a => a.Actions(), ct);
    }

    /// <summary>Replaces all records of the set.</summary>
    public Task<IReadOnlyList<HetznerAction>> SetRecordsAsync(string zone, string name, string type, IReadOnlyList<HetznerRecord> records, CancellationToken ct) =>
        api.PostAsync($"{Set(zone, name, type)}/actions/set_records", new RecordsBody(records), HetznerJson.Default.RecordsBody, a => a.Actions(), ct);

    public Task<IReadOnlyList<HetznerAction>> SetTtlAsync(string zone, string name, string type, int seconds, CancellationToken ct) =>
        api.PostAsync($"{Set(zone, name, type)}/actions/change_ttl", new TtlBody(seconds), HetznerJson.Default.TtlBody, a => a.Actions(), ct);

    /// <summary>Replaces all labels.</summary>
    public Task<HetznerRecordSet> SetLabelsAsync(string zone, string name, string type, IReadOnlyDictionary<string, string> labels, CancellationToken ct)
    {
        LabelSyntax.Check(labels);
        return api.PutAsync(Set(zone, name, type), new LabelsBody(labels), HetznerJson.Default.LabelsBody, a => a.One("rrset", HetznerJson.Default.HetznerRecordSet), ct);
    }

    /// <summary>Deletes the set; what is gone already counts as deleted.</summary>
    public async Task<IReadOnlyList<HetznerAction>> DeleteAsync(string zone, string name, string type, CancellationToken ct)
    {
        try
        {
            return await api.SendAsync(new ApiCall(HttpMethod.Delete, Set(zone, name, type)) { Urgent = true }, a => a.Actions(), ct);
        }
        catch (HetznerException e) when (e.Code == HetznerErrors.NotFound)
        {
            return [];
        }
    }

    private static string InZone(string zone) => $"zones/{Uri.EscapeDataString(zone)}/rrsets";

    private static string Set(string zone, string name, string type) => $"{InZone(zone)}/{Uri.EscapeDataString(name)}/{Uri.EscapeDataString(type)}";
}
