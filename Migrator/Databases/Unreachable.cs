using System.Net.Sockets;
using Npgsql;

namespace Migrator.Databases;

/// <summary>Recognises that a server is away, restarting or full, as opposed to refusing what it was asked.</summary>
internal static class Unreachable
{
    public static bool Is(Exception e) => e switch
    {
        PostgresException p => p.SqlState is
            PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
            or PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.ConnectionException or PostgresErrorCodes.ConnectionFailure
            or PostgresErrorCodes.ConnectionDoesNotExist,
        NpgsqlException n => n.InnerException is null or IOException or SocketException or TimeoutException or OperationCanceledException,
        _ => false,
    };

    public static MigrationException From(Exception e) => new(
        MigrationError.Unreachable,
        $"The server cannot be reached or broke the connection: {(e is PostgresException p ? p.MessageText : e.Message)}. Nothing that was not committed remains; run again when it is back.",
        e)
    {
        SqlState = (e as PostgresException)?.SqlState,
    };
}
