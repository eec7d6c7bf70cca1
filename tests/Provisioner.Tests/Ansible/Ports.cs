using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Provisioner.Tests.Ansible;

/// <summary>Looks from outside which TCP ports of a machine take connections.</summary>
internal static class Ports
{
    /// <summary>A port that the firewall drops answers nothing; on a network of this machine's own an answer takes microseconds.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    public static async Task<IReadOnlyList<int>> OpenAsync(string address, IEnumerable<int> ports)
    {
        var open = new ConcurrentBag<int>();
        await Parallel.ForEachAsync(ports, new ParallelOptions { MaxDegreeOfParallelism = 5000 }, async (port, ct) =>
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(Limit);
            try
            {
                await socket.ConnectAsync(address, port, limit.Token);
                open.Add(port);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // Refused, or dropped.
            }
        });
        return [.. open.Order()];
    }
}
