using System.Net;
using System.Net.Sockets;

namespace ControlPlane.Tenants;

/// <summary>Calls a host name at one machine, as a tenant's people will.</summary>
internal static class HostCall
{
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Calls until all is well, for 20 s at most. Null when it is, else what is not.</summary>
    public static async Task<string?> UntilAnsweredAsync(string host, string address, CancellationToken ct)
    {
        using var client = new HttpClient(Handler(IPAddress.Parse(address))) { Timeout = CallLimit };
        var url = new Uri($"https://{host}/");
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var said = await CallAsync(client, url, ct);
            if (said is null || TimeProvider.System.GetElapsedTime(began) > Patience)
            {
                return said;
            }

            await Task.Delay(Pause, ct);
        }
    }

    private static async Task<string?> CallAsync(HttpClient client, Uri url, CancellationToken ct)
    {
        try
        {
            using var answer = await client.GetAsync(url, ct);
            return answer.StatusCode == HttpStatusCode.OK ? null : $"{(int)answer.StatusCode} {answer.ReasonPhrase}";
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            return e.Message;
        }
    }

    /// <summary>Others may remember for a while where the name led before, so the address is given; whether the certificate is trusted is not asked here.</summary>
    private static SocketsHttpHandler Handler(IPAddress address) => new()
    {
        AllowAutoRedirect = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        ConnectCallback = async (context, ct) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(address, context.DnsEndPoint.Port, ct);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };
}
