using TenantRuntime.Routes;

namespace TenantRuntime.Tenancy;

/// <summary>Lets the routes of many tenants share what is equal in them: plan, limits, host, and having no domains.</summary>
internal sealed class RouteInterning
{
    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);
    private readonly Dictionary<TenantLimits, TenantLimits> limits = [];

    public Route Share(Route route) => route with
    {
        Plan = Share(texts, route.Plan),
        Host = Share(texts, route.Host),
        Limits = Share(limits, route.Limits),
        Domains = route.Domains.Count == 0 ? [] : route.Domains,
    };

    private static T Share<T>(Dictionary<T, T> known, T value)
        where T : notnull
    {
        if (known.TryGetValue(value, out var shared))
        {
            return shared;
        }

        known.Add(value, value);
        return value;
    }
}
