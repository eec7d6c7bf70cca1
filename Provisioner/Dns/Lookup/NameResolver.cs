using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Provisioner.Dns.Lookup;

/// <summary>
/// Asks DNS servers where names lead. Unlike the system's own look-up it tells the aliases on the way, knows no file of hosts,
/// and remembers nothing.
/// </summary>
public sealed class NameResolver(IReadOnlyList<IPEndPoint> servers)
{
    public const int UsualPort = 53;

    private const int Tries = 2;
    private const int MostAliases = 8;
    private const int LongestDatagram = 4096;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>What this machine itself asks.</summary>
    public static IReadOnlyList<IPEndPoint> OfThisMachine() =>
        [.. NetworkInterface.GetAllNetworkInterfaces().SelectMany(i => i.GetIPProperties().DnsAddresses).Distinct().Select(a => new IPEndPoint(a, UsualPort))];

    /// <summary>Where a host name leads now, over IPv4 and IPv6. A name that nobody knows leads nowhere.</summary>
    /// <exception cref="NameLookupException">No server answers; transient.</exception>
    public async Task<NameAnswer> ResolveAsync(string name, CancellationToken ct)
    {
        var (aliases, four) = await FollowAsync(name, NameMessage.A, ct);
        var (others, six) = await FollowAsync(name, NameMessage.Aaaa, ct);
        return new NameAnswer(name, aliases.Count >= others.Count ? aliases : others, [.. four, .. six]);
    }

    private async Task<(List<string> Aliases, List<IPAddress> Addresses)> FollowAsync(string name, ushort type, CancellationToken ct)
    {
        var (aliases, at) = (new List<string>(), name);
        while (true)
        {
            var records = await AskAsync(at, type, ct);
            var asked = at;
            while (aliases.Count < MostAliases && records.Find(r => r.Alias is not null && r.Owner == at) is { } alias)
            {
                aliases.Add(at = alias.Alias!);
            }

            var addresses = records.FindAll(r => r.Address is not null && r.Owner == at).ConvertAll(r => r.Address!);
            if (addresses.Count > 0 || at == asked || aliases.Count >= MostAliases)
            {
                return (aliases, addresses);
            }
        }
    }

    /// <summary>The first answer that is one. A server that refuses or fails is passed over.</summary>
    private async Task<List<NameRecord>> AskAsync(string name, ushort type, CancellationToken ct)
    {
        var faults = new List<string>();
        foreach (var server in servers.SelectMany(s => Enumerable.Repeat(s, Tries)))
        {
            try
            {
                var answer = await AskAsync(server, NameMessage.Ask((ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue), name, type), ct);
                switch (NameMessage.StatusOf(answer))
                {
                    // There may be aliases before a name that is missing.
                    case NameStatus.Found or NameStatus.NoSuchName:
                        return NameMessage.Read(answer);
                    case var status:
                        faults.Add($"{server} answers '{status}'");
                        break;
                }
            }
            catch (Exception error) when (error is SocketException or IOException or FormatException)
            {
                faults.Add($"{server}: {error.Message}");
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                faults.Add($"{server} does not answer");
            }
        }

        throw new NameLookupException($"No DNS server tells where {name} leads: {(faults.Count == 0 ? "none is set" : string.Join("; ", faults.Distinct(StringComparer.Ordinal)))}. Set Dns__Resolver to one that does.") { IsTransient = true };
    }

    private static async Task<byte[]> AskAsync(IPEndPoint server, byte[] question, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        var answer = await AskByUdpAsync(server, question, limit.Token);
        return NameMessage.IsCut(answer) ? await AskByTcpAsync(server, question, limit.Token) : answer;
    }

    private static async Task<byte[]> AskByUdpAsync(IPEndPoint server, byte[] question, CancellationToken ct)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, ct);
        await socket.SendAsync(question, ct);
        var packet = new byte[LongestDatagram];
        while (true)
        {
            var length = await socket.ReceiveAsync(packet, ct);
            if (NameMessage.Answers(packet.AsSpan(0, length), question))
            {
                return packet[..length];
            }
        }
    }

    private static async Task<byte[]> AskByTcpAsync(IPEndPoint server, byte[] question, CancellationToken ct)
    {
        using var client = new TcpClient(server.AddressFamily);
        await client.ConnectAsync(server, ct);
        await using var stream = client.GetStream();
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)question.Length);
        await stream.WriteAsync((byte[])[.. length, .. question], ct);
        await stream.ReadExactlyAsync(length, ct);
        var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(answer, ct);
        return NameMessage.Answers(answer, question) ? answer : throw new FormatException("The answer is to another question.");
    }
}
