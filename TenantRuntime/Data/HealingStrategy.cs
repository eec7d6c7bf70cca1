using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace TenantRuntime.Data;

/// <summary>
/// Runs an operation again when its connection turned out to be dead before any work was done on it, as after a
/// restart of the server. Work that may have been done is never repeated, so this needs no care from the application.
/// </summary>
internal sealed class HealingStrategy(ExecutionStrategyDependencies dependencies, ContextBindings bindings) : IExecutionStrategy
{
    private const int Attempts = 3;

    /// <summary>False, since nothing is buffered and transactions of the application's own stay possible.</summary>
    public bool RetriesOnFailure => false;

    private DbContext Context => dependencies.CurrentContext.Context;

    public TResult Execute<TState, TResult>(
        TState state, Func<DbContext, TState, TResult> operation, Func<DbContext, TState, ExecutionResult<TResult>>? verifySucceeded)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return operation(Context, state);
            }
            catch (Exception e) when (attempt < Attempts && MayRepeat(e))
            {
                bindings.Of(Context).DropBrokenAsync().AsTask().GetAwaiter().GetResult();
            }
        }
    }

    public async Task<TResult> ExecuteAsync<TState, TResult>(
        TState state,
        Func<DbContext, TState, CancellationToken, Task<TResult>> operation,
        Func<DbContext, TState, CancellationToken, Task<ExecutionResult<TResult>>>? verifySucceeded,
        CancellationToken cancellationToken = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await operation(Context, state, cancellationToken);
            }
            catch (Exception e) when (attempt < Attempts && MayRepeat(e))
            {
                await bindings.Of(Context).DropBrokenAsync();
            }
        }
    }

    private bool MayRepeat(Exception e)
    {
        var binding = bindings.Of(Context);
        if (Context.Database.CurrentTransaction is not null || binding.IsInUse || binding.Commands > 1)
        {
            return false;
        }

        return (e as NpgsqlException ?? e.InnerException as NpgsqlException) switch
        {
            // Said instead of an answer to the first command: the server ended the session without running it to its end.
            PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow } => true,
            PostgresException or null => false,

            // The line went dead; the command may or may not have been run.
            var broken => binding.BeganReading && broken.InnerException is IOException or SocketException,
        };
    }
}
