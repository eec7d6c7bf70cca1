namespace TenantRuntime.Routes;

/// <summary>
/// One change of one tenant's route. Data of a server-sent event named <c>route</c> on
/// <c>GET /v1/runtime/changes?after=REVISION</c>; the event's id is the revision.
/// </summary>
/// <param name="Route">The new route, or null when the tenant is no longer served by this runtime.</param>
public sealed record RouteChange(long Revision, Guid TenantId, Route? Route);
