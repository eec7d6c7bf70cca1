using HetznerSimulator.Resources;

namespace HetznerSimulator.Dns;

/// <summary>A DNS zone that the cloud is the primary of; its records take effect at once.</summary>
public sealed class Zone : Resource
{
    private static readonly string[] NameServers = ["hydrogen.ns.example.com.", "oxygen.ns.example.com.", "helium.ns.example.de."];

    private readonly SortedDictionary<(string Name, string Type), RrSet> _sets = new(Comparer<(string Name, string Type)>.Create((a, b) =>
        string.CompareOrdinal(a.Name, b.Name) is not 0 and var byName ? byName : string.CompareOrdinal(a.Type, b.Type)));

    /// <summary>Seconds, for record sets that have none of their own.</summary>
    public int Ttl { get; set; }

    /// <summary>By name, then by type.</summary>
    public IReadOnlyCollection<RrSet> Sets => _sets.Values;

    public RrSet? Find(string name, string type) => _sets.GetValueOrDefault((name, type));

    internal RrSet Add(RrSet set)
    {
        _sets.Add((set.Name, set.Type), set);
        return set;
    }

    internal void Remove(RrSet set) => _sets.Remove((set.Name, set.Type));

    /// <summary>The records that every new zone has.</summary>
    internal void AddDefaults()
    {
        Add(new() { Zone = this, Name = "@", Type = "SOA", Records = [new($"{NameServers[0]} dns.example.com. 1 86400 10800 3600000 3600", "")] });
        Add(new() { Zone = this, Name = "@", Type = "NS", Records = [.. NameServers.Select(n => new RrRecord(n, ""))] });
    }

    internal object Show() => new
    {
        Id,
        Name,
        Created,
        Mode = "primary",
        Labels,
        Protection = new { Delete = DeleteProtected },
        Ttl,
        Status = "ok",
        RecordCount = _sets.Values.Sum(s => s.Records.Count),
        AuthoritativeNameservers = new { Assigned = NameServers, Delegated = NameServers, DelegationLastCheck = Created, DelegationStatus = "valid" },
        Registrar = "other",
    };
}
