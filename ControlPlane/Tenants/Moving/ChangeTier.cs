using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using ControlPlane.Servers;
using ControlPlane.Start;
using MediatR;
using Provisioner.Moves;

namespace ControlPlane.Tenants.Moving;

/// <summary>Gives a tenant a server of its own, or a place on a shared one, while it works, or while it rests.</summary>
/// <param name="Dump">As with <see cref="MoveTenant"/>. Not for billing.</param>
[Requires(Role.Operator, Role.Billing)]
public sealed record ChangeTier(string Slug, Tier Tier, bool Dump = false) : Command<MoveBegun>, IEndpoint
{
    /// <summary>Code of the problem where nothing needs to be done.</summary>
    public const string SameTier = "same_tier";

    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<ChangeTier, MoveBegun>(HttpMethod.Post, "/tenants/{slug}/tier");

    public override string Subject() => $"tenants/{Slug}";

    public override string? Tenant() => Slug;

    internal sealed class Handler(CatalogDb db, OperationStart start, Caller caller, ControlPlaneSettings settings) : IRequestHandler<ChangeTier, MoveBegun>
    {
        public async Task<MoveBegun> Handle(ChangeTier request, CancellationToken cancellationToken)
        {
            if (request.Dump && caller.Role == Role.Billing)
            {
                throw new ProblemException(403, "dump_not_allowed", "The role billing cannot let a tenant rest.", "Send it without 'dump', or ask an operator.");
            }

            var mode = request.Dump ? MoveMode.Dump : MoveMode.Replication;
            var tenant = await db.ForChangeAsync(request.Slug, cancellationToken);
            var server = await RequireAsync(db, tenant, request.Tier, settings, cancellationToken);
            var operation = server is { } there
                ? await BeginAsync<TenantMove, TenantMoveByDump>(tenant, new(there, Mode: mode), cancellationToken)
                : await BeginAsync<TenantUpgrade, TenantUpgradeByDump>(tenant, new(Mode: mode), cancellationToken);
            return await MoveExpectation.OfAsync(db, operation, tenant, mode, makesMachine: server is null, cancellationToken);
        }

        private Task<Guid> BeginAsync<TAtWork, TAtRest>(Tenant tenant, TenantMove.Request move, CancellationToken ct)
            where TAtWork : Workflow
            where TAtRest : Workflow =>
            move.Mode == MoveMode.Dump ? start.OfAsync<TAtRest>(tenant.Id, tenant.Slug, move, ct) : start.OfAsync<TAtWork>(tenant.Id, tenant.Slug, move, ct);
    }

    /// <summary>The shared server that it would go to; null where it would get a machine of its own.</summary>
    /// <exception cref="ProblemException">Its tier cannot change, or not now; says what to do.</exception>
    internal static async Task<Guid?> RequireAsync(CatalogDb db, Tenant tenant, Tier tier, ControlPlaneSettings settings, CancellationToken ct)
    {
        await db.RequireMovableAsync(tenant, ct);
        if (tenant.Tier == tier)
        {
            throw new ProblemException(409, SameTier, $"'{tenant.Slug}' is {CatalogConventions.Snake(tenant.Tier.ToString())} already.", "Nothing needs to be done.");
        }

        if (tier == Tier.Shared)
        {
            return await Placement.ChooseAsync(db, Tier.Shared, tenant.Region, ct) ?? throw Placement.NoCapacity(Tier.Shared, tenant);
        }

        if (!settings.MakesMachines)
        {
            throw new ProblemException(
                409, "no_provider", "No machine can be made: there is no cloud account.",
                $"Set Hetzner__Token, or add a server of your own with: ctl servers add, and then: ctl tenants move {tenant.Slug} --to SERVER");
        }

        return null;
    }
}
