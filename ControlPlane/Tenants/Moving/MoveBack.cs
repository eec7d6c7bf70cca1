using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Provisioner.Moves;

namespace ControlPlane.Tenants.Moving;

/// <summary>Brings a tenant back to where it lived before its move, without a copy, as long as the soak lasts.</summary>
[Requires(Role.Operator)]
public sealed record MoveBack(string Slug) : Command<MoveBegun>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<MoveBack, MoveBegun>(HttpMethod.Post, "/tenants/{slug}/move-back");

    public override string Subject() => $"tenants/{Slug}";

    public override string? Tenant() => Slug;

    internal sealed class Handler(CatalogDb db, OperationStart start) : IRequestHandler<MoveBack, MoveBegun>
    {
        public async Task<MoveBegun> Handle(MoveBack request, CancellationToken cancellationToken)
        {
            var tenant = await db.ForChangeAsync(request.Slug, cancellationToken);
            var move = await db.SoakingAsync(tenant, cancellationToken);
            if (move.Mode == MoveMode.Dump)
            {
                throw new ProblemException(
                    409, "no_way_back", $"'{tenant.Slug}' was moved by a dump; the place that it left has not followed it.",
                    $"Give that place up, then move it with another copy: ctl tenants move-end {tenant.Slug}, and ctl tenants move {tenant.Slug} --to SERVER --dump");
            }

            if (await db.Servers.AnyAsync(s => s.State == ServerState.Removed && db.Databases.Any(d => d.Id == move.SourceId && d.ServerId == s.Id), cancellationToken))
            {
                throw new ProblemException(
                    409, "no_way_back", $"The server that '{tenant.Slug}' left is gone.", $"Give the way back up: ctl tenants move-end {tenant.Slug}");
            }

            return MoveExpectation.Back(await start.OfAsync<TenantReturn>(tenant.Id, tenant.Slug, new OfMove(move.Id), cancellationToken));
        }
    }
}
