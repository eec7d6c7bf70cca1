using System.Net.Sockets;
using System.Reflection;
using Npgsql;

namespace TenantRuntime.Connections;

/// <summary>
/// The socket of one connection. While it rests nothing comes in, unless the server ended the session or has something to say: one look
/// tells that without a round trip.
/// </summary>
internal sealed class ServerLine
{
    // Npgsql shows its socket to nobody. Where another version keeps it elsewhere, the server itself is asked instead.
    private static readonly PropertyInfo? Connector = typeof(NpgsqlConnection).GetProperty("Connector", BindingFlags.Instance | BindingFlags.NonPublic);
    private static readonly FieldInfo? Inner = Connector?.PropertyType.GetField("_socket", BindingFlags.Instance | BindingFlags.NonPublic);

    private readonly Socket? socket;

    private ServerLine(Socket? socket) => this.socket = socket;

    public static ServerLine Of(NpgsqlConnection open) => new(Connector?.GetValue(open) is { } connector ? Inner?.GetValue(connector) as Socket : null);

    /// <summary>Whether it is known that the other side has said nothing since; false where only asking it can tell.</summary>
    public bool IsQuiet()
    {
        try
        {
            return socket is not null && !socket.Poll(TimeSpan.Zero, SelectMode.SelectRead);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }
}
