using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Npgsql;

namespace Benchmarks.Moves;

/// <summary>A port that leads to a PostgreSQL server as if it were far away: whatever is sent arrives later, and as fast.</summary>
internal sealed class LongLine : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly NpgsqlConnectionStringBuilder server;
    private readonly TimeSpan delay;
    private readonly Task accepting;

    /// <param name="server">Connection string.</param>
    /// <param name="roundTrip">Added to what it takes anyway.</param>
    public LongLine(string server, TimeSpan roundTrip)
    {
        this.server = new NpgsqlConnectionStringBuilder(server);
        delay = roundTrip / 2;
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>To the same server, by this line.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder(server.ConnectionString) { Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndpoint).Port }.ConnectionString;

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
                await to.ConnectAsync(server.Host!, server.Port, stopping.Token);
                await Task.WhenAny(CarryAsync(from.GetStream(), to.GetStream()), CarryAsync(to.GetStream(), from.GetStream()));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // Whoever called sees a closed connection.
            }
        }
    }

    private async Task CarryAsync(NetworkStream from, NetworkStream to)
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
