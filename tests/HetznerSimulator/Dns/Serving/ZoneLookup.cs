namespace HetznerSimulator.Dns.Serving;

/// <summary>Answers questions from zones as a server does that is the authority for them (RFC 1034, 4.3.2; wildcards by RFC 4592).</summary>
internal static class ZoneLookup
{
    private const int LongestChain = 8;

    public static DnsFinding Find(IEnumerable<Zone> zones, string host, ushort type)
    {
        var all = zones.ToList();
        if (ZoneOf(all, host) is not { } first)
        {
            return new DnsFinding(DnsStatus.Refused, [], []);
        }

        var (answers, zone) = (new List<DnsRecord>(), first);
        for (var link = 0; link < LongestChain; link++)
        {
            var sets = SetsAt(zone, Relative(host, zone.Name));
            if (sets is null)
            {
                return new DnsFinding(DnsStatus.NoSuchName, answers, [AuthorityOf(zone)]);
            }

            if (sets.Find(s => RecordData.NumberOf(s.Type) == type) is { } asked)
            {
                answers.AddRange(Write(asked, host));
                break;
            }

            if (sets.Find(s => s.Type == "CNAME") is not { } alias)
            {
                return new DnsFinding(DnsStatus.NoError, answers, [AuthorityOf(zone)]);
            }

            answers.AddRange(Write(alias, host));
            host = RecordData.Absolute(alias.Records[0].Value, zone.Name).ToLowerInvariant();
            if (ZoneOf(all, host) is not { } next)
            {
                // The one who asked goes on elsewhere.
                break;
            }

            zone = next;
        }

        return new DnsFinding(DnsStatus.NoError, answers, []);
    }

    private static Zone? ZoneOf(List<Zone> zones, string host) =>
        zones.Where(z => host == z.Name || host.EndsWith($".{z.Name}", StringComparison.Ordinal)).MaxBy(z => z.Name.Length);

    private static string Relative(string host, string zone) => host == zone ? "@" : host[..^(zone.Length + 1)];

    /// <summary>The record sets of a name, or of the wildcard that stands for it; none below which others exist; null when there is no such name.</summary>
    private static List<RrSet>? SetsAt(Zone zone, string name)
    {
        if (Exists(zone, name))
        {
            return [.. zone.Sets.Where(s => s.Name == name)];
        }

        for (var parent = ParentOf(name); ; parent = ParentOf(parent))
        {
            var wildcard = parent == "@" ? "*" : $"*.{parent}";
            if (zone.Sets.Any(s => s.Name == wildcard))
            {
                return [.. zone.Sets.Where(s => s.Name == wildcard)];
            }

            // A wildcard further up does not reach below a name that exists.
            if (parent == "@" || Exists(zone, parent))
            {
                return null;
            }
        }
    }

    private static bool Exists(Zone zone, string name) => name == "@" || zone.Sets.Any(s => s.Name == name || s.Name.EndsWith($".{name}", StringComparison.Ordinal));

    private static string ParentOf(string name) => name.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? name[(dot + 1)..] : "@";

    private static DnsRecord AuthorityOf(Zone zone) => Write(zone.Find("@", "SOA")!, zone.Name).First();

    private static IEnumerable<DnsRecord> Write(RrSet set, string host) =>
        set.Records.Select(r => new DnsRecord(host, RecordData.NumberOf(set.Type)!.Value, set.Ttl ?? set.Zone.Ttl, RecordData.Write(set.Type, r.Value, set.Zone.Name)));
}
