using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;

namespace HetznerSimulator.Dns.Serving;

/// <summary>Values of records from zone file form to what goes over the wire; types that nobody here asks for are left out.</summary>
internal static class RecordData
{
    /// <summary>Null for a type that is not served.</summary>
    public static ushort? NumberOf(string type) =>
        type switch
        {
            "A" => 1,
            "NS" => 2,
            "CNAME" => 5,
            "SOA" => 6,
            "TXT" => 16,
            "AAAA" => 28,
            _ => null,
        };

    public static byte[] Write(string type, string value, string zone) =>
        type switch
        {
            "A" or "AAAA" => IPAddress.Parse(value).GetAddressBytes(),
            "TXT" => Text(value),
            "SOA" => Authority(value, zone),
            _ => Name(Absolute(value, zone)),
        };

    /// <summary>Labels, each after its length; without compression.</summary>
    public static byte[] Name(string host) =>
        [.. host.Split('.', StringSplitOptions.RemoveEmptyEntries).SelectMany(l => Encoding.ASCII.GetBytes(l).Prepend((byte)l.Length)), 0];

    /// <summary>A name without a dot at its end is one inside the zone.</summary>
    public static string Absolute(string name, string zone) => name.EndsWith('.') ? name[..^1] : name == "@" ? zone : $"{name}.{zone}";

    private static byte[] Authority(string value, string zone)
    {
        var words = value.Split(' ');
        var numbers = new byte[5 * sizeof(uint)];
        for (var i = 0; i < 5; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(numbers.AsSpan(i * sizeof(uint)), uint.Parse(words[i + 2], CultureInfo.InvariantCulture));
        }

        return [.. Name(Absolute(words[0], zone)), .. Name(Absolute(words[1], zone)), .. numbers];
    }

    /// <summary>The quoted pieces, each after its length.</summary>
    private static byte[] Text(string value)
    {
        var (data, piece, inside) = (new List<byte>(), new List<byte>(), false);
        var written = Encoding.UTF8.GetBytes(value);
        for (var i = 0; i < written.Length; i++)
        {
            if (written[i] == '"')
            {
                if (inside)
                {
                    data.Add((byte)piece.Count);
                    data.AddRange(piece);
                    piece.Clear();
                }

                inside = !inside;
            }
            else if (inside && written[i] == '\\' && i + 3 < written.Length && byte.TryParse(written.AsSpan(i + 1, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
            {
                piece.Add(code);
                i += 3;
            }
            else if (inside)
            {
                piece.Add(written[i] == '\\' ? written[++i] : written[i]);
            }
        }

        return [.. data];
    }
}
