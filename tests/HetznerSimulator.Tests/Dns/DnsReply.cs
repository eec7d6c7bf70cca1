using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HetznerSimulator.Tests.Dns;

/// <summary>What a name server answered, read without any code of its own.</summary>
internal sealed record DnsReply(int Status, bool IsAuthority, IReadOnlyList<string> Answers, IReadOnlyList<int> AuthorityTypes)
{
    private static readonly Dictionary<string, ushort> Types = new(StringComparer.Ordinal) { ["A"] = 1, ["CNAME"] = 5, ["SOA"] = 6, ["MX"] = 15, ["TXT"] = 16, ["AAAA"] = 28 };

    public static async Task<DnsReply> AskAsync(IPEndPoint server, string host, string type)
    {
        // Id, a question that wants recursion, one question and one additional record: EDNS, as resolvers send it.
        byte[] query = [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, .. Labels(host), 0, (byte)Types[type], 0, 1, 0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0];
        using var client = new UdpClient(AddressFamily.InterNetwork);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await client.SendAsync(query, server, limit.Token);
        var answer = (await client.ReceiveAsync(limit.Token)).Buffer;
        answer.AsSpan(0, 2).ToArray().ShouldBe([0x12, 0x34]);
        return Read(answer);
    }

    private static DnsReply Read(byte[] packet)
    {
        var at = 12;
        NameAt(packet, ref at);
        at += 4;
        var answers = Records(packet, ref at, Number(packet, 6)).Select(r => $"{r.Host} {r.Type} {r.Ttl} {r.Value}").ToList();
        var authority = Records(packet, ref at, Number(packet, 8)).ConvertAll(r => r.Type);
        at.ShouldBe(packet.Length);
        return new DnsReply(packet[3] & 15, (packet[2] & 4) != 0, answers, authority);
    }

    private static List<(string Host, int Type, int Ttl, string Value)> Records(byte[] packet, ref int at, int count)
    {
        var records = new List<(string, int, int, string)>();
        for (; count > 0; count--)
        {
            var host = NameAt(packet, ref at);
            var (type, ttl, length) = (Number(packet, at), BinaryPrimitives.ReadInt32BigEndian(packet.AsSpan(at + 4)), Number(packet, at + 8));
            at += 10;
            var inside = at;
            var value = type switch
            {
                1 or 28 => new IPAddress(packet.AsSpan(at, length)).ToString(),
                5 => NameAt(packet, ref inside),
                16 => Text(packet.AsSpan(at, length)),
                _ => "",
            };
            records.Add((host, type, ttl, value));
            at += length;
        }

        return records;
    }

    private static string Text(ReadOnlySpan<byte> data)
    {
        var text = new StringBuilder();
        for (var at = 0; at < data.Length; at += 1 + data[at])
        {
            text.Append('|').Append(Encoding.UTF8.GetString(data.Slice(at + 1, data[at])));
        }

        return text.ToString();
    }

    private static string NameAt(byte[] packet, ref int at)
    {
        var labels = new List<string>();
        for (; packet[at] != 0; at += 1 + packet[at])
        {
            labels.Add(Encoding.ASCII.GetString(packet, at + 1, packet[at]));
        }

        at++;
        return string.Join('.', labels);
    }

    private static int Number(byte[] packet, int at) => BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(at));

    private static IEnumerable<byte> Labels(string host) => host.Split('.').SelectMany(l => Encoding.ASCII.GetBytes(l).Prepend((byte)l.Length)).Append((byte)0);
}
