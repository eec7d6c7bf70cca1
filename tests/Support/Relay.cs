using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Support;

/// <summary>
/// A port of its own that leads to wherever a process listens now, also after that was restarted; as if it were far away, where that
/// is asked: whatever is sent arrives later, and as fast.
/// </summary>
public sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly Func<DnsEndPoint> target;
    private readonly TimeSpan delay;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task accepting;

    /// <param name="address">Where it listens.</param>
    /// <param name="target">Asked at each call.</param>
    /// <param name="roundTrip">Added to what it takes anyway.</param>
    public Relay(IPAddress address, Func<DnsEndPoint> target, TimeSpan roundTrip = default)
    {
        this.target = target;
        delay = roundTrip / 2;
        listener = new TcpListener(address, 0);
        listener.Start();
        accepting = AcceptAsync();
    }

    public IPEndPoint Address => (IPEndPoint)listener.LocalEndpoint;

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var calls = new List<Task>();
        while (!stopping.IsCancellationRequested)
        {
            calls.Add(LeadAsync(await listener.AcceptTcpClientAsync(stopping.Token)));
            calls.RemoveAll(c => c.IsCompleted);
        }

        await Task.WhenAll(calls);
    }

    private async Task LeadAsync(TcpClient from)
    {
        using (from)
        using (var to = new TcpClient { NoDelay = true })
        {
            from.NoDelay = true;
            try
            {
                await to.ConnectAsync(target().Host, target().Port, stopping.Token);
                await Task.WhenAny(CarryAsync(from.GetStream(), to.GetStream()), CarryAsync(to.GetStream(), from.GetStream()));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // Whoever called sees a closed connection, as without a relay.
            }
        }
    }

    private Task CarryAsync(NetworkStream from, NetworkStream to) =>
        delay > TimeSpan.Zero ? CarryFarAsync(from, to) : from.CopyToAsync(to, stopping.Token);

    private async Task CarryFarAsync(NetworkStream from, NetworkStream to)
    {
        var under = Channel.CreateBounded<(byte[] Bytes, long Due)>(1000);
        var arriving = ArriveAsync(under.Reader, to);
        var buffer = new byte[65536];
        while (!arriving.IsCompleted && await from.ReadAsync(buffer, stopping.Token) is > 0 and var read)
        {
            await under.Writer.WriteAsync((buffer[..read], Environment.TickCount64 + (long)delay.TotalMilliseconds), stopping.Token);
        }

        under.Writer.Complete();
        await arriving;
    }

    private async Task ArriveAsync(ChannelReader<(byte[] Bytes, long Due)> under, NetworkStream to)
    {
        await foreach (var (bytes, due) in under.ReadAllAsync(stopping.Token))
        {
            if (due - Environment.TickCount64 is > 0 and var early)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(early), stopping.Token);
            }

            await to.WriteAsync(bytes, stopping.Token);
        }
    }
}
