using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using MediatR;
using Provisioner.Moves;

namespace ControlPlane.Tenants.Moving;

/// <summary>Brings a tenant back to where it lived before its move, without a copy, as long as the soak lasts.</summary>
[Requires(Role.Operator)]
public sealed record MoveBack(string Slug) : Command<Accepted>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<MoveBack, Accepted>(HttpMethod.Post, "/tenants/{slug}/move-back");

    public override string Subject() => $"tenants/{Slug}";

    public override string? Tenant() => Slug;

    internal sealed class Handler(CatalogDb db, OperationStart start) : IRequestHandler<MoveBack, Accepted>
    {
        public async Task<Accepted> Handle(MoveBack request, CancellationToken cancellationToken)
        {
            var tenant = await db.ForChangeAsync(request.Slug, cancellationToken);
            var move = await db.SoakingAsync(tenant, cancellationToken);
            if (move.Mode == MoveMode.Dump)
            {
                throw new ProblemException(
                    409, "no_way_back", $"'{tenant.Slug}' was moved by a dump; the place that it left has not followed it.",
                    $"Give that place up, then move it with another copy: ctl tenants move-end {tenant.Slug}, and ctl tenants move {tenant.Slug} --to SERVER --dump");
            }

            return new(await start.OfAsync<TenantReturn>(tenant.Id, tenant.Slug, new OfMove(move.Id), cancellationToken));
        }
    }
}
