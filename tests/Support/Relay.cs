using System.Net;
using System.Net.Sockets;

namespace EndToEnd.World;

/// <summary>A port of its own that leads to wherever a process listens now, also after that was restarted.</summary>
public sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly Func<Uri> target;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task accepting;

    public Relay(IPAddress address, Func<Uri> target)
    {
        this.target = target;
        listener = new TcpListener(address, 0);
        listener.Start();
        accepting = AcceptAsync();
    }

    public Uri Address => new($"http://{listener.LocalEndpoint}");

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var under = new List<Task>();
        while (!stopping.IsCancellationRequested)
        {
            under.Add(LeadAsync(await listener.AcceptTcpClientAsync(stopping.Token)));
            under.RemoveAll(t => t.IsCompleted);
        }
    }

    private async Task LeadAsync(TcpClient from)
    {
        using (from)
        using (var to = new TcpClient())
        {
            try
            {
                await to.ConnectAsync(target().Host, target().Port, stopping.Token);
                await Task.WhenAny(from.GetStream().CopyToAsync(to.GetStream(), stopping.Token), to.GetStream().CopyToAsync(from.GetStream(), stopping.Token));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // Whoever called sees a closed connection, as without a relay.
            }
        }
    }
}
