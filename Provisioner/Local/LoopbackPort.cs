using System.Net;
using System.Net.Sockets;

namespace Provisioner.Local;

/// <summary>Ports on 127.0.0.1.</summary>
internal static class LoopbackPort
{
    /// <summary>A free port below those the system hands out to outgoing connections, so that it is likely free again next time.</summary>
    public static int Choose()
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new ProvisioningException("no_free_port", "200 random ports between 20000 and 32000 were all taken. Look at what listens there: ss -ltnp");
    }

    public static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return false;
        }
    }
}
