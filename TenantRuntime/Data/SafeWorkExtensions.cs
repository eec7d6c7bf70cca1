using System.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using TenantRuntime.Data;

namespace TenantRuntime;

/// <summary>Units of work that say of themselves that they may run again as a whole.</summary>
public static class SafeWorkExtensions
{
    /// <summary>
    /// Runs the unit of work in a transaction of its own. When the connection is lost in between, as where the tenant moves to another
    /// server, or the server asks for it (serialization failure, deadlock), all of it is rolled back and runs again, six times at most,
    /// where the tenant lives then. The unit must do nothing outside the context that it is handed which may not be done twice.
    /// </summary>
    /// <param name="db">The injected context; the unit gets a fresh one for each run, with nothing tracked.</param>
    /// <param name="unit">Saves its changes itself; the commit follows.</param>
    /// <param name="idempotent">Run twice it is the same as once; so it is repeated, too, when the answer to the commit was lost.</param>
    /// <exception cref="CommitOutcomeUnknownException">The answer to the commit was lost; it may have been done.</exception>
    /// <exception cref="Microsoft.EntityFrameworkCore.Storage.RetryLimitExceededException">It was cut off each time; the inner exception is the last one.</exception>
    /// <exception cref="NoTenantException">The context belongs to no request or job, or to one that has ended.</exception>
    public static Task RunSafelyAsync<T>(
        this T db, Func<T, CancellationToken, Task> unit, CancellationToken ct, bool idempotent = false, IsolationLevel isolation = IsolationLevel.ReadCommitted)
        where T : DbContext =>
        db.RunSafelyAsync(
            async (fresh, token) =>
            {
                await unit(fresh, token);
                return true;
            },
            ct,
            idempotent,
            isolation);

    /// <inheritdoc cref="RunSafelyAsync{T}"/>
    /// <returns>What the unit of work returned in the run that was committed.</returns>
    public static Task<TResult> RunSafelyAsync<T, TResult>(
        this T db, Func<T, CancellationToken, Task<TResult>> unit, CancellationToken ct, bool idempotent = false, IsolationLevel isolation = IsolationLevel.ReadCommitted)
        where T : DbContext
    {
        var services = ServicesOf(db);
        return services?.GetService(typeof(ContextBindings)) is ContextBindings bindings && services.GetService(typeof(IDbContextFactory<T>)) is IDbContextFactory<T> factory
            ? new SafeWork<T>(db, factory, bindings, idempotent, isolation).RunAsync(unit, ct)
            : throw new InvalidOperationException($"{typeof(T).Name} knows no tenants: register it with AddTenantDbContext<{typeof(T).Name}>() and have it injected.");
    }

    /// <summary>The application's; null where the context was made without any.</summary>
    private static IServiceProvider? ServicesOf(DbContext db)
    {
        try
        {
            return db.GetService<IDbContextOptions>().FindExtension<CoreOptionsExtension>()?.ApplicationServiceProvider;
        }
        catch (ObjectDisposedException)
        {
            throw NoTenantException.ContextOutlivedScope(db.GetType());
        }
    }
}
