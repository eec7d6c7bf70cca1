using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using TenantRuntime.Tenancy;

namespace TenantRuntime.Sessions;

/// <summary>Binds antiforgery tokens to the tenant they were made for.</summary>
internal sealed class TenantAntiforgeryData : IAntiforgeryAdditionalDataProvider
{
    public string GetAdditionalData(HttpContext context) => context.Features.Get<ServedTenant>()?.Id.ToString() ?? "";

    public bool ValidateAdditionalData(HttpContext context, string additionalData) => additionalData == GetAdditionalData(context);
}
