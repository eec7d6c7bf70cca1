using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Problems;
using ControlPlane.Servers;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Provisioner.Moves;
using Provisioner.Postgres;

namespace ControlPlane.Tenants.Moving;

/// <summary>What moving a tenant to another server would take. Looks at both servers and changes nothing.</summary>
/// <param name="Server">Name of the server.</param>
/// <param name="Dump">By a dump, even where replication can carry everything.</param>
[Requires(Role.Operator, Role.Billing)]
public sealed record ShowMovePlan(string Slug, string Server, bool Dump = false) : Query<ShowMovePlan.Answer>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapQuery<ShowMovePlan, Answer>("/tenants/{slug}/move-plan");

    /// <param name="Mode">By replication while it works, or by a dump while it rests.</param>
    /// <param name="IsRefused">Something must be changed first; <paramref name="Findings"/> say what.</param>
    /// <param name="PreparationSeconds">Until the cut; the tenant works as always.</param>
    /// <param name="HoldMilliseconds">The cut; requests wait. By a dump: all of it; they are answered with a page that says so.</param>
    /// <param name="SoakHours">How long it can go back without a copy. After a dump: how long the old place is kept.</param>
    public sealed record Answer(
        string From, string To, MoveMode Mode, bool IsRefused, long Bytes, double PreparationSeconds, double HoldMilliseconds, double SoakHours, IReadOnlyList<MoveFinding> Findings);

    internal sealed class Handler(CatalogDb db, ServerConnections servers, Start.ControlPlaneSettings settings) : IRequestHandler<ShowMovePlan, Answer>
    {
        public async Task<Answer> Handle(ShowMovePlan request, CancellationToken cancellationToken)
        {
            var tenant = await db.Tenants.AsNoTracking().SingleOrDefaultAsync(t => t.Slug == request.Slug && t.State != TenantState.Purged, cancellationToken)
                ?? throw Problem.NotFound("tenant", request.Slug);
            var server = await db.MovableToAsync(tenant, request.Server, cancellationToken);
            var source = await db.Databases.AsNoTracking().SingleAsync(d => d.Id == tenant.DatabaseId, cancellationToken);
            var from = await db.Servers.Where(s => s.Id == source.ServerId).Select(s => s.Name).SingleAsync(cancellationToken);
            var plan = await new MovePreflight { Wish = request.Dump ? MoveMode.Dump : MoveMode.Replication }.InspectAsync(
                await servers.GetAsync(source.ServerId, cancellationToken), new TenantDatabaseName(source.Id), await servers.GetAsync(server.Id, cancellationToken), cancellationToken);
            return new(
                from, server.Name, plan.Mode, plan.IsRefused, plan.Facts.Bytes, plan.Preparation.TotalSeconds, plan.Hold.TotalMilliseconds, settings.Moves.Soak.TotalHours, plan.Findings);
        }
    }
}
