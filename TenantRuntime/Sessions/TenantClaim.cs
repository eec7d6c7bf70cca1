using System.Security.Claims;

namespace TenantRuntime;

/// <summary>Ties a signed-in person to a tenant. Add it when signing in; <c>UseTenantSessions</c> checks it.</summary>
public static class TenantClaim
{
    public const string Type = "tenant_id";

    /// <summary>The claim to put into the identity of somebody who signs in to this tenant.</summary>
    public static Claim For(ITenant tenant)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        return new Claim(Type, tenant.Id.ToString());
    }
}
