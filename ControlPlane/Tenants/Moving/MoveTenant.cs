using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using MediatR;
using Provisioner.Moves;

namespace ControlPlane.Tenants.Moving;

/// <summary>Moves a tenant to another server while it works, or while it rests.</summary>
/// <param name="Server">Name of the server.</param>
/// <param name="Dump">By a dump, for what replication cannot carry: it is away meanwhile, and cannot go back without another copy.</param>
[Requires(Role.Operator)]
public sealed record MoveTenant(string Slug, string Server, bool Dump = false) : Command<MoveBegun>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<MoveTenant, MoveBegun>(HttpMethod.Post, "/tenants/{slug}/move");

    public override string Subject() => $"tenants/{Slug}";

    public override string? Tenant() => Slug;

    internal sealed class Handler(CatalogDb db, OperationStart start) : IRequestHandler<MoveTenant, MoveBegun>
    {
        public async Task<MoveBegun> Handle(MoveTenant request, CancellationToken cancellationToken)
        {
            var tenant = await db.ForChangeAsync(request.Slug, cancellationToken);
            var server = await db.MovableToAsync(tenant, request.Server, cancellationToken);
            var operation = request.Dump
                ? await start.OfAsync<TenantMoveByDump>(tenant.Id, tenant.Slug, new TenantMove.Request(server.Id, Mode: MoveMode.Dump), cancellationToken)
                : await start.OfAsync<TenantMove>(tenant.Id, tenant.Slug, new TenantMove.Request(server.Id), cancellationToken);
            return await MoveExpectation.OfAsync(db, operation, tenant, request.Dump ? MoveMode.Dump : MoveMode.Replication, makesMachine: false, cancellationToken);
        }
    }
}
