using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace HetznerSimulator.Dns.Serving;

/// <summary>Serves the cloud's zones over UDP on loopback, as their authority; it knows nothing else.</summary>
internal sealed class NameServer : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Func<string, ushort, DnsFinding> find;
    private readonly Task serving;

    /// <param name="port">0 takes a free one.</param>
    public NameServer(int port, Func<string, ushort, DnsFinding> find)
    {
        this.find = find;
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        Address = (IPEndPoint)socket.LocalEndPoint!;
        serving = ServeAsync(stopping.Token);
    }

    public IPEndPoint Address { get; }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await serving;
        socket.Dispose();
        stopping.Dispose();
    }

    private async Task ServeAsync(CancellationToken ct)
    {
        var packet = new byte[4096];
        while (!ct.IsCancellationRequested)
        {
            try
            {
                var asked = await socket.ReceiveFromAsync(packet, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), ct);
                if (DnsQuestion.Read(packet.AsMemory(0, asked.ReceivedBytes)) is { } question)
                {
                    await socket.SendToAsync(Write(question, find(question.Name, question.Type)), SocketFlags.None, asked.RemoteEndPoint, ct);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // Whoever asked has gone.
            }
        }
    }

    private static byte[] Write(DnsQuestion question, DnsFinding finding)
    {
        // An answer, by the authority where it is one, with the status at the end.
        var flags = 0x8000 | (finding.Status == DnsStatus.Refused ? 0 : 0x0400) | (question.RecursionDesired ? 0x0100 : 0) | (int)finding.Status;
        var answer = new List<byte>();
        foreach (var number in new[] { question.Id, flags, 1, finding.Answers.Count, finding.Authority.Count, 0 })
        {
            Add(answer, (ushort)number);
        }

        answer.AddRange(question.Raw.Span);
        const ushort Internet = 1;
        foreach (var record in finding.Answers.Concat(finding.Authority))
        {
            answer.AddRange(RecordData.Name(record.Host));
            Add(answer, record.Type);
            Add(answer, Internet);
            Add(answer, (ushort)(record.Ttl >> 16));
            Add(answer, (ushort)record.Ttl);
            Add(answer, (ushort)record.Data.Length);
            answer.AddRange(record.Data);
        }

        return [.. answer];
    }

    private static void Add(List<byte> answer, ushort number)
    {
        Span<byte> two = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(two, number);
        answer.AddRange(two);
    }
}
