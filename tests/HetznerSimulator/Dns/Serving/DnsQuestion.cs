using System.Buffers.Binary;
using System.Text;

namespace HetznerSimulator.Dns.Serving;

/// <summary>What one packet asks (RFC 1035, 4.1).</summary>
/// <param name="Raw">The question as it was written, to be repeated in the answer: resolvers compare even the case of letters.</param>
/// <param name="Name">Lower case, without a dot at the end.</param>
/// <param name="Type">The number of the record type.</param>
internal sealed record DnsQuestion(ushort Id, bool RecursionDesired, ReadOnlyMemory<byte> Raw, string Name, ushort Type)
{
    private const int HeaderBytes = 12;
    private const int LongestLabel = 63;

    /// <summary>Null when it is no plain question with one name.</summary>
    public static DnsQuestion? Read(ReadOnlyMemory<byte> packet)
    {
        var bytes = packet.Span;
        if (bytes.Length < HeaderBytes || (bytes[2] & 0xF8) != 0 || BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]) != 1)
        {
            return null;
        }

        var labels = new List<string>();
        var at = HeaderBytes;
        while (at < bytes.Length && bytes[at] is > 0 and <= LongestLabel and var length && at + 1 + length < bytes.Length)
        {
            labels.Add(Encoding.ASCII.GetString(bytes.Slice(at + 1, length)).ToLowerInvariant());
            at += 1 + length;
        }

        // The name ends with an empty label; type and class follow.
        if (at + 5 > bytes.Length || bytes[at] != 0)
        {
            return null;
        }

        return new DnsQuestion(
            BinaryPrimitives.ReadUInt16BigEndian(bytes),
            (bytes[2] & 1) != 0,
            packet[HeaderBytes..(at + 5)],
            string.Join('.', labels),
            BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 1)..]));
    }
}
