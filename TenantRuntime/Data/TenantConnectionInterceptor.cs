using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TenantRuntime.Data;

/// <summary>
/// Where EF Core would open its connection, hands it one of the tenant's instead; where it would close it, takes it
/// back. So a context holds a connection only during a query, a save or a transaction.
/// </summary>
internal sealed class TenantConnectionInterceptor(ContextBindings bindings) : DbConnectionInterceptor
{
    public override InterceptionResult ConnectionOpening(DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
    {
        // EF Core's synchronous calls leave no other way than to block; the asynchronous path does not come here.
        OpenAsync(eventData.Context!, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return InterceptionResult.Suppress();
    }

    public override async ValueTask<InterceptionResult> ConnectionOpeningAsync(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        await OpenAsync(eventData.Context!, cancellationToken);
        return InterceptionResult.Suppress();
    }

    public override InterceptionResult ConnectionClosing(DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
    {
        CloseAsync(eventData.Context!).AsTask().GetAwaiter().GetResult();
        return InterceptionResult.Suppress();
    }

    public override async ValueTask<InterceptionResult> ConnectionClosingAsync(DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
    {
        await CloseAsync(eventData.Context!);
        return InterceptionResult.Suppress();
    }

    private ValueTask OpenAsync(DbContext context, CancellationToken ct) => bindings.Of(context).BeginUseAsync(ct);

    private ValueTask CloseAsync(DbContext context)
    {
        var binding = bindings.Of(context);
        binding.Disconnect();
        return binding.EndUseAsync(lost: false);
    }
}
