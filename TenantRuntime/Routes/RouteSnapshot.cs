namespace TenantRuntime.Routes;

/// <summary>All routes a runtime key may see. Answer of <c>GET /v1/runtime/routes</c>.</summary>
/// <param name="Revision">The catalog's revision when this was read; follow changes from here.</param>
public sealed record RouteSnapshot(long Revision, IReadOnlyList<Route> Routes);
