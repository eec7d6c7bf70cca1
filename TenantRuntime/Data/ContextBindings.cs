using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using TenantRuntime.Tenancy;

namespace TenantRuntime.Data;

/// <summary>Which scope each pooled EF Core context serves at the moment.</summary>
internal sealed class ContextBindings
{
    private readonly ConditionalWeakTable<DbContext, ContextBinding> bindings = [];

    public ContextBinding Bind(DbContext context, TenantScope scope)
    {
        // A new one each time: what the last borrower of the context still does to its own binding must not touch this one.
        var binding = bindings.TryGetValue(context, out var last)
            ? new ContextBinding(last.Relational, last.Nowhere, scope)
            : new ContextBinding(context.GetService<IRelationalConnection>(), new NpgsqlConnection(), scope);
        bindings.AddOrUpdate(context, binding);
        binding.Disconnect();
        return binding;
    }

    /// <summary>The scope's tie to this context.</summary>
    /// <exception cref="NoTenantException">The context belongs to no request or job, or to one that has ended.</exception>
    public ContextBinding Of(DbContext context) =>
        bindings.TryGetValue(context, out var binding) && !binding.IsEnded ? binding : throw NoTenantException.ContextOutlivedScope(context.GetType());
}
