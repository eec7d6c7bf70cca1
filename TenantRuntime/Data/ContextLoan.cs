using Microsoft.EntityFrameworkCore;
using TenantRuntime.Tenancy;

namespace TenantRuntime.Data;

/// <summary>
/// Lends a pooled context to one scope. The container disposes the context itself, which gives it back to its pool,
/// and then this loan, which unties it.
/// </summary>
internal sealed class ContextLoan<T> : IAsyncDisposable, IDisposable
    where T : DbContext
{
    private readonly ContextBinding binding;

    public ContextLoan(IDbContextFactory<T> factory, ContextBindings bindings, TenantScope scope)
    {
        // Fails here, with an explanation, where there is no tenant.
        _ = scope.Tenant;
        Context = factory.CreateDbContext();
        binding = bindings.Bind(Context, scope);
    }

    public T Context { get; }

    public ValueTask DisposeAsync() => binding.EndAsync();

    public void Dispose() => binding.EndAsync().AsTask().GetAwaiter().GetResult();
}
