using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace TenantRuntime.Data;

/// <summary>EF Core's own way to try again, with pauses that fit a move: the first try follows at once, the last after some six seconds.</summary>
internal sealed class SafeWorkStrategy(DbContext context) : ExecutionStrategy(context, maxRetryCount: 6, maxRetryDelay: TimeSpan.FromMinutes(1))
{
    /// <summary>Of the pauses that EF Core would make.</summary>
    private const double Share = 0.1;

    protected override TimeSpan? GetNextDelay(Exception lastException) => base.GetNextDelay(lastException) * Share;

    protected override bool ShouldRetryOn(Exception exception) => exception switch
    {
        PostgresException refused => refused.SqlState
            is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
            or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected

            // The place that the tenant is leaving lets nobody in any more, or is gone, and the new route is on its way here.
            or PostgresErrorCodes.InvalidAuthorizationSpecification or PostgresErrorCodes.InvalidCatalogName
            || refused.SqlState.StartsWith("08", StringComparison.Ordinal),
        NpgsqlException broken => broken.InnerException is IOException or SocketException,
        _ => false,
    };
}
