using System.Net;
using System.Net.Sockets;
using HetznerSimulator.Http;

namespace HetznerSimulator.Dns;

/// <summary>What a record set may hold.</summary>
internal static class RecordRules
{
    private const int MaxRecords = 50;
    private const int MaxTextPiece = 255;
    private const int MinTtl = 60;

    private static readonly HashSet<string> Types = new(StringComparer.Ordinal) { "A", "AAAA", "CAA", "CNAME", "DS", "HINFO", "HTTPS", "MX", "NS", "PTR", "RP", "SOA", "SRV", "SVCB", "TLSA", "TXT" };

    /// <summary>The body's records; none, too many, twice the same, or one of the wrong form for the type is refused.</summary>
    public static List<RrRecord> Read(Body body, string type)
    {
        var records = body.Objects("records").Select(r => new RrRecord(Check(r, type), r.Text("comment") ?? "")).ToList();
        return records.Count is 0 or > MaxRecords ? throw body.Invalid("records", $"must hold from 1 to {MaxRecords} records")
            : records.DistinctBy(r => r.Value, StringComparer.Ordinal).Count() < records.Count ? throw body.Invalid("records", "must not hold the same value twice")
            : type == "CNAME" && records.Count > 1 ? throw body.Invalid("records", "a CNAME has one target")
            : records;
    }

    public static int? ReadTtl(Body body) =>
        body.Number("ttl") is not { } ttl ? null : ttl is >= MinTtl and <= int.MaxValue ? (int)ttl : throw body.Invalid("ttl", $"must be from {MinTtl} to {int.MaxValue}");

    /// <summary>A name may hold a CNAME or anything else, never both.</summary>
    public static void RefuseUnfitting(Zone zone, string name, string type, Body body)
    {
        if (!Types.Contains(type))
        {
            throw body.Invalid("type", $"must be one of {string.Join(", ", Types)}");
        }

        if (name != name.ToLowerInvariant() || name.EndsWith('.') || name.Length == 0 || name.Any(char.IsWhiteSpace))
        {
            throw body.Invalid("name", "must be lower case and relative to the zone, or '@'");
        }

        if (zone.Sets.Any(s => s.Name == name && s.Type != type && (s.Type == "CNAME" || type == "CNAME")))
        {
            throw body.Invalid("name", "a CNAME cannot stand beside other records of its name");
        }
    }

    private static string Check(Body record, string type)
    {
        var value = record.Required("value");
        return Fault(type, value) is { } fault ? throw record.Invalid("value", fault) : value;
    }

    private static string? Fault(string type, string value) => type switch
    {
        "A" when !IsAddress(value, AddressFamily.InterNetwork) => "must be an IPv4 address",
        "AAAA" when !IsAddress(value, AddressFamily.InterNetworkV6) => "must be an IPv6 address",
        "TXT" when !IsQuoted(value) => $"must be quoted, in pieces of at most {MaxTextPiece} bytes",
        _ => null,
    };

    private static bool IsAddress(string value, AddressFamily family) =>
        IPAddress.TryParse(value, out var address) && address.AddressFamily == family && (family == AddressFamily.InterNetworkV6 || value == address.ToString());

    /// <summary><c>"one piece" "another"</c>; a quote or backslash inside a piece has a backslash before it.</summary>
    private static bool IsQuoted(string value)
    {
        var (inside, length, pieces) = (false, 0, 0);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '"')
            {
                (inside, pieces, length) = (!inside, pieces + (inside ? 0 : 1), 0);
            }
            else if (inside)
            {
                i += value[i] == '\\' ? 1 : 0;
                if (++length > MaxTextPiece || i >= value.Length)
                {
                    return false;
                }
            }
            else if (value[i] != ' ')
            {
                return false;
            }
        }

        return pieces > 0 && !inside;
    }
}
