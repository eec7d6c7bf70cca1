namespace TenantRuntime;

/// <summary>Tenant data was asked for where there is no tenant.</summary>
public sealed class NoTenantException(string message) : InvalidOperationException(message)
{
    internal static NoTenantException OutsideRequest() => new(
        "There is no tenant here: this code runs neither inside a request that passed app.UseTenants() nor inside " +
        "RunForEachTenantAsync or RunForTenantAsync. In background work, use one of those and take services from the scope they hand you.");

    internal static NoTenantException ContextOutlivedScope(Type context) => new(
        $"{context.Name} was used after the request or job it belongs to had ended, or was created by a factory instead " +
        "of being injected. Inject it, and finish using it before the request or job ends.");
}
