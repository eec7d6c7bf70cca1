using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace EndToEnd.World;

/// <summary>HTTP that goes to a chosen address whatever the name in the URL leads to: names of a test's world mean nothing to this machine's resolver.</summary>
internal static class Via
{
    /// <param name="port">Null is the URL's.</param>
    /// <param name="judge">Whether the certificate is taken; null asks as anybody would.</param>
    public static HttpClient Address(IPAddress address, int? port = null, RemoteCertificateValidationCallback? judge = null) => new(new SocketsHttpHandler
    {
        // A session that goes on shows the certificate that it began with.
        SslOptions = new SslClientAuthenticationOptions { AllowTlsResume = false, RemoteCertificateValidationCallback = judge },
        ConnectCallback = async (context, ct) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(address, port ?? context.DnsEndPoint.Port, ct);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    });
}
