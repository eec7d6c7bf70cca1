using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using MediatR;

namespace ControlPlane.Tenants.Moving;

/// <summary>Moves a tenant to another server while it works.</summary>
/// <param name="Server">Name of the server.</param>
[Requires(Role.Operator)]
public sealed record MoveTenant(string Slug, string Server) : Command<Accepted>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<MoveTenant, Accepted>(HttpMethod.Post, "/tenants/{slug}/move");

    public override string Subject() => $"tenants/{Slug}";

    public override string? Tenant() => Slug;

    internal sealed class Handler(CatalogDb db, OperationStart start) : IRequestHandler<MoveTenant, Accepted>
    {
        public async Task<Accepted> Handle(MoveTenant request, CancellationToken cancellationToken)
        {
            var tenant = await db.ForChangeAsync(request.Slug, cancellationToken);
            var server = await db.MovableToAsync(tenant, request.Server, cancellationToken);
            return new(await start.OfAsync<TenantMove>(tenant.Id, tenant.Slug, new TenantMove.Request(server.Id), cancellationToken));
        }
    }
}
