using TenantRuntime.Routes;

namespace TenantRuntime;

/// <summary>
/// The tenant whose request or job this is. Take it as a parameter of a handler or constructor; outside a request
/// and a tenant job every member throws <see cref="NoTenantException"/>.
/// </summary>
public interface ITenant
{
    Guid Id { get; }

    string Slug { get; }

    string Plan { get; }

    TenantLimits Limits { get; }

    /// <summary>Name of the tenant's database, for display; connections come from <see cref="OpenConnectionAsync"/>.</summary>
    string Database { get; }

    /// <summary>A verified connection to this tenant's database. Dispose it soon: it is shared by all requests.</summary>
    /// <exception cref="ServerBusyException">No connection became free in time; answered as 503.</exception>
    /// <exception cref="TenantRestsException">Its database is being moved, which takes a while; answered as 503.</exception>
    ValueTask<TenantConnection> OpenConnectionAsync(CancellationToken ct);
}
