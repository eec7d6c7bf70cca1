using System.Net.Sockets;
using Npgsql;
using Provisioner;
using Provisioner.Ssh;

namespace ControlPlane.Operations;

/// <summary>Tells errors that may pass by themselves from those that cannot.</summary>
internal static class Transient
{
    /// <summary>The session was ended because its transaction did nothing for too long.</summary>
    private const string IdleInTransaction = "25P03";

    /// <summary>Longest pause between two attempts.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    public static bool Is(Exception error) => error switch
    {
        PostgresException postgres => IsTransientState(postgres.SqlState),
        NpgsqlException => true,
        ApiException api => api.IsTransient,
        SshUnreachableException => true,
        SocketException or TimeoutException or IOException or HttpRequestException => true,
        { InnerException: { } inner } => Is(inner),
        _ => false,
    };

    /// <summary>1 s doubling to 60 s, each between half and the whole of it, so that many retries do not come together.</summary>
    public static TimeSpan Backoff(int attempt)
    {
        var whole = Math.Min(Longest.TotalSeconds, Math.Pow(2, Math.Min(attempt, 10) - 1));
        return TimeSpan.FromSeconds(whole * (0.5 + (Random.Shared.NextDouble() / 2)));
    }

    private static bool IsTransientState(string state) =>
        state.StartsWith("08", StringComparison.Ordinal) // connection
        || state.StartsWith("53", StringComparison.Ordinal) // out of connections, memory or disk
        || state.StartsWith("57P", StringComparison.Ordinal) // shutting down, crashed, starting
        || state is IdleInTransaction or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.ObjectInUse or PostgresErrorCodes.QueryCanceled;
}
