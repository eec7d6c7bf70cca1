using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Support;

namespace Provisioner.Tests.Ansible;

/// <summary>Asks one machine for pages of any host name, and notes which certificate it showed.</summary>
internal sealed class Browser : IDisposable
{
    /// <summary>Far beyond what a loaded machine takes.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

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
                // A session that goes on shows the certificate that it began with.
                AllowTlsResume = false,
                RemoteCertificateValidationCallback = (_, shown, _, _) =>
                {
                    Thumbprint = (shown as X509Certificate2)?.Thumbprint;
                    return true;
                },
            },
        })
        {
            Timeout = Limit,
        };
    }

    /// <summary>Of the certificate that was shown last.</summary>
    public string? Thumbprint { get; private set; }

    /// <summary>Asks until a page has this status and is shown under this certificate: nginx goes over to new settings after it was told to.</summary>
    /// <param name="status">0 where no connection for that name shall be taken.</param>
    public async Task ShowsAsync(string url, int status, string? certificate = null)
    {
        var seen = (Status: -1, Certificate: (string?)null);
        await Eventually.Async(
            async () =>
            {
                seen = await LookAsync(url);
                return seen.Status == status && (certificate is null || seen.Certificate == certificate);
            },
            Limit,
            $"{url} has status {status}");
    }

    /// <summary>Asks until the page is this one.</summary>
    public Task ReadsAsync(string url, string text) => Eventually.Async(
        async () =>
        {
            try
            {
                return await ReadAsync(url) == text;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        },
        Limit,
        $"{url} says: {text}");

    private async Task<(int Status, string? Certificate)> LookAsync(string url)
    {
        try
        {
            using var answer = await GetAsync(url);
            return ((int)answer.StatusCode, Thumbprint);
        }
        catch (HttpRequestException)
        {
            return (0, null);
        }
    }

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
