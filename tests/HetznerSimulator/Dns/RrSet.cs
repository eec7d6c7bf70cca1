using HetznerSimulator.Http;

namespace HetznerSimulator.Dns;

/// <summary>All records of one name and type in a zone; it always has at least one.</summary>
public sealed class RrSet
{
    /// <summary>Within the zone: <c>www</c>, <c>*.app</c>, <c>@</c> for the zone itself.</summary>
    public required string Name { get; init; }

    /// <summary><c>A</c>, <c>AAAA</c>, <c>CNAME</c>, <c>TXT</c>, …</summary>
    public required string Type { get; init; }

    public required Zone Zone { get; init; }

    /// <summary>Seconds; null for the zone's.</summary>
    public int? Ttl { get; set; }

    public IReadOnlyList<RrRecord> Records { get; set; } = [];

    public IReadOnlyDictionary<string, string> Labels { get; set; } = Http.Labels.None;

    /// <summary>True where changes are refused with <c>protected</c>.</summary>
    public bool ChangeProtected { get; set; }

    internal void RefuseIfProtected()
    {
        if (ChangeProtected)
        {
            throw new CloudException("protected", $"changes of {Name}/{Type} in '{Zone.Name}' are protected");
        }
    }

    internal object Show() => new { Id = $"{Name}/{Type}", Name, Type, Ttl, Labels, Protection = new { Change = ChangeProtected }, Records, Zone = Zone.Id };
}
