using System.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using TenantRuntime.Tenancy;

namespace TenantRuntime.Data;

/// <summary>One unit of work, run as a whole until a run is committed.</summary>
/// <param name="outer">Whose tenant it is for.</param>
internal sealed class SafeWork<T>(T outer, IDbContextFactory<T> factory, ContextBindings bindings, bool idempotent, IsolationLevel isolation)
    where T : DbContext
{
    public Task<TResult> RunAsync<TResult>(Func<T, CancellationToken, Task<TResult>> unit, CancellationToken ct)
    {
        var binding = bindings.Of(outer);
        if (outer.Database.CurrentTransaction is not null)
        {
            throw new InvalidOperationException(
                "A unit of work begins a transaction of its own: what this context's open one has done would not be repeated with it. Call RunSafelyAsync where none is open, and do all of it inside.");
        }

        return new SafeWorkStrategy(outer).ExecuteAsync(
            (Work: this, binding.Scope, Unit: unit), static (_, run, token) => run.Work.RunOnceAsync(run.Scope, run.Unit, token), verifySucceeded: null, ct);
    }

    private async Task<TResult> RunOnceAsync<TResult>(TenantScope scope, Func<T, CancellationToken, Task<TResult>> unit, CancellationToken ct)
    {
        await using var loan = new ContextLoan<T>(factory, bindings, scope);
        await using var context = loan.Context;
        await using var transaction = await context.Database.BeginTransactionAsync(isolation, ct);
        var result = await unit(context, ct);
        await CommitAsync(transaction, scope, ct);
        return result;
    }

    private async Task CommitAsync(IDbContextTransaction transaction, TenantScope scope, CancellationToken ct)
    {
        try
        {
            await transaction.CommitAsync(ct);
        }
        catch (NpgsqlException e) when (!idempotent && e is not PostgresException { Routine: not null })
        {
            // PostgreSQL names the routine in which it refused, so nothing was committed; a pooler that lost it names none.
            throw CommitOutcomeUnknownException.Of(scope.Slug, e);
        }
    }
}
