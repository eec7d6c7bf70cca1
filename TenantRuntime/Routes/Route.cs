namespace TenantRuntime.Routes;

/// <summary>
/// Everything a runtime must know to serve one tenant. The control plane writes it, runtimes follow it; JSON in
/// camelCase with enum names, as <see cref="RouteJson"/> says.
/// </summary>
/// <param name="TenantId">Never changes.</param>
/// <param name="Slug">The label before the base domain: <c>acme</c> in <c>acme.localhost</c>.</param>
/// <param name="Domains">Custom host names, lower case, without port.</param>
/// <param name="State">What to do with requests.</param>
/// <param name="Plan">The plan's name, for display and metrics.</param>
/// <param name="Limits">What the plan allows.</param>
/// <param name="ServerId">The physical server; runtimes keep one connection budget for each.</param>
/// <param name="Host">The server's address as runtimes reach it.</param>
/// <param name="Port">The server's PostgreSQL port.</param>
/// <param name="Database">The tenant database's name; the login role has the same name.</param>
/// <param name="Password">The login role's password. A secret: see <see cref="ToString"/>.</param>
/// <param name="Revision">Grows with every change of any route; the highest one wins.</param>
/// <param name="Certificate">PEM of the one certificate that the server may show; null where it speaks without TLS.</param>
/// <param name="BackAt">
/// Of one that is held: it rests for longer than a request can wait, until about then. Whoever does not know this lets requests wait, as
/// in any hold; a further <see cref="RouteState"/> would be more than an older runtime can read.
/// </param>
public sealed record Route(
    Guid TenantId,
    string Slug,
    IReadOnlyList<string> Domains,
    RouteState State,
    string Plan,
    TenantLimits Limits,
    Guid ServerId,
    string Host,
    int Port,
    string Database,
    string Password,
    long Revision,
    string? Certificate = null,
    DateTimeOffset? BackAt = null)
{
    /// <summary>Leaves out the password, so that a route can be logged.</summary>
    public override string ToString() => $"{Slug} ({State}) -> {Host}:{Port}/{Database} at {Revision}";
}
