using Crm.Data;
using TenantRuntime;

namespace Crm.Seeding;

/// <summary>Sees to it that every page and endpoint finds a prepared database.</summary>
internal sealed class FirstVisitMiddleware(RequestDelegate next, FirstVisit visit)
{
    public async Task InvokeAsync(HttpContext context, ITenant tenant)
    {
        if (!visit.IsPrepared(tenant))
        {
            await visit.PrepareAsync(tenant, context.RequestServices.GetRequiredService<CrmDb>(), context.RequestAborted);
        }

        await next(context);
    }
}
