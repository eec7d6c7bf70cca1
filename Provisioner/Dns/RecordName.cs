using System.Text.RegularExpressions;

namespace Provisioner.Dns;

/// <summary>What a record set is about.</summary>
public sealed partial record RecordName
{
    /// <param name="zone"><c>example.com</c>.</param>
    /// <param name="name">Relative to the zone: <c>app</c>, <c>*.app</c>, <c>_acme-challenge.app</c>; <c>@</c> is the zone itself. Lower case; names beyond ASCII in Punycode.</param>
    /// <exception cref="ArgumentException">One of them has another form.</exception>
    public RecordName(string zone, string name, RecordType type)
    {
        if (!ZoneShape().IsMatch(zone))
        {
            throw new ArgumentException($"'{zone}' is no zone: write it as example.com, in lower case, without a dot at the end.", nameof(zone));
        }

        if (!NameShape().IsMatch(name) || zone.Length + name.Length > 252)
        {
            throw new ArgumentException($"'{name}' is no name in zone {zone}: write it relative to the zone, in lower case, as app, *.app or @.", nameof(name));
        }

        (Zone, Name, Type) = (zone, name, type);
    }

    public string Zone { get; }

    public string Name { get; }

    public RecordType Type { get; }

    /// <summary>With the zone: <c>*.app.example.com</c>.</summary>
    public string Host => Name == "@" ? Zone : $"{Name}.{Zone}";

    public override string ToString() => $"{Type} {Host}";

    /// <summary>A host's name within a zone: <c>@</c> for the zone itself.</summary>
    internal static string Relative(string host, string zone) => host == zone ? "@" : host[..^(zone.Length + 1)];

    [GeneratedRegex(@"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ZoneShape();

    [GeneratedRegex(@"^(@|\*|(\*\.)?[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*)\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NameShape();
}
