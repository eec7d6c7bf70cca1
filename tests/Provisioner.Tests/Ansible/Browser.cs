using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Provisioner.Tests.Ansible;

/// <summary>Asks one machine for pages of any host name, and notes which certificate it showed.</summary>
internal sealed class Browser : IDisposable
{
    private readonly HttpClient client;

    public Browser(string address)
    {
        client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            PooledConnectionLifetime = TimeSpan.Zero,
            ConnectCallback = async (context, ct) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Parse(address), context.DnsEndPoint.Port, ct);
                return new NetworkStream(socket, ownsSocket: true);
            },
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, shown, _, _) =>
                {
                    Thumbprint = (shown as X509Certificate2)?.Thumbprint;
                    return true;
                },
            },
        })
        {
            Timeout = TimeSpan.FromSeconds(10),
        };
    }

    /// <summary>Of the certificate that was shown last.</summary>
    public string? Thumbprint { get; private set; }

    /// <summary>Asks over HTTP/2 where the server can.</summary>
    public async Task<HttpResponseMessage> GetAsync(string url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Version = HttpVersion.Version20 };
        request.Headers.AcceptEncoding.ParseAdd("gzip");
        return await client.SendAsync(request, CancellationToken.None);
    }

    public async Task<string> ReadAsync(string url)
    {
        using var response = await GetAsync(url);
        return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(CancellationToken.None);
    }

    public void Dispose() => client.Dispose();
}
