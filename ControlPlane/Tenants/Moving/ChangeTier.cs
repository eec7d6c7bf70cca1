using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using ControlPlane.Servers;
using ControlPlane.Start;
using MediatR;

namespace ControlPlane.Tenants.Moving;

/// <summary>Gives a tenant a server of its own, or a place on a shared one, while it works.</summary>
[Requires(Role.Operator, Role.Billing)]
public sealed record ChangeTier(string Slug, Tier Tier) : Command<Accepted>, IEndpoint
{
    /// <summary>Code of the problem where nothing needs to be done.</summary>
    public const string SameTier = "same_tier";

    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<ChangeTier, Accepted>(HttpMethod.Post, "/tenants/{slug}/tier");

    public override string Subject() => $"tenants/{Slug}";

    public override string? Tenant() => Slug;

    internal sealed class Handler(CatalogDb db, OperationStart start, ControlPlaneSettings settings) : IRequestHandler<ChangeTier, Accepted>
    {
        public async Task<Accepted> Handle(ChangeTier request, CancellationToken cancellationToken)
        {
            var tenant = await db.ForChangeAsync(request.Slug, cancellationToken);
            await db.RequireMovableAsync(tenant, cancellationToken);
            if (tenant.Tier == request.Tier)
            {
                throw new ProblemException(409, SameTier, $"'{tenant.Slug}' is {CatalogConventions.Snake(tenant.Tier.ToString())} already.", "Nothing needs to be done.");
            }

            if (request.Tier == Tier.Shared)
            {
                var server = await Placement.ChooseAsync(db, Tier.Shared, tenant.Region, cancellationToken) ?? throw Placement.NoCapacity(Tier.Shared, tenant);
                return new(await start.OfAsync<TenantMove>(tenant.Id, tenant.Slug, new TenantMove.Request(server), cancellationToken));
            }

            if (!settings.MakesMachines)
            {
                throw new ProblemException(
                    409, "no_provider", "No machine can be made: there is no cloud account.",
                    $"Set Hetzner__Token, or add a server of your own with: ctl servers add, and then: ctl tenants move {tenant.Slug} --to SERVER");
            }

            return new(await start.OfAsync<TenantUpgrade>(tenant.Id, tenant.Slug, new { }, cancellationToken));
        }
    }
}
