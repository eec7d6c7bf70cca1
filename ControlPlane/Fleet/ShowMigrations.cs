using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Fleet;

/// <summary>Where the fleet stands, from the catalog alone, and how far the latest run is.</summary>
/// <param name="Tenants">Only these; null is all.</param>
/// <param name="Server">Only the databases of this one.</param>
/// <param name="Rings">Only the tenants of these.</param>
/// <param name="To">Nothing above this version counts.</param>
[Requires(Role.Viewer)]
public sealed record ShowMigrations(IReadOnlyList<string>? Tenants = null, string? Server = null, IReadOnlyList<int>? Rings = null, string? To = null)
    : Query<ShowMigrations.Answer>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapQuery<ShowMigrations, Answer>("/migrations");

    /// <param name="Wanted">What every database should have.</param>
    /// <param name="Databases">Of tenants that are served or can come back.</param>
    /// <param name="Behind">How many of them lack something, as far as is noted.</param>
    /// <param name="Held">Contract migrations that wait, and for whom.</param>
    /// <param name="Run">The latest run; null before the first.</param>
    public sealed record Answer(string Wanted, int Databases, int Behind, IReadOnlyList<AtVersion> Versions, IReadOnlyList<Waiting> Held, RunView? Run);

    /// <param name="Version">Null where it is not known.</param>
    /// <param name="Pending">Migrations above its newest version.</param>
    public sealed record AtVersion(string? Version, int Databases, IReadOnlyList<string> Pending);

    public sealed record Waiting(string Migration, string Because);

    /// <param name="PerSecond">Databases finished per second since it began with them.</param>
    /// <param name="SecondsLeft">Null while nothing is finished.</param>
    public sealed record RunView(
        OperationView Operation, int Databases, int Pending, int Running, int Requeued, int Done, int NotWell, double PerSecond, double? SecondsLeft);

    internal sealed class Handler(CatalogDb db, ApplicationSchema schema, Installation installation, FleetFaults faults) : IRequestHandler<ShowMigrations, Answer>
    {
        public async Task<Answer> Handle(ShowMigrations request, CancellationToken cancellationToken)
        {
            await faults.RequireNoneAsync(new FleetRequest(request.Tenants, request.Server, request.Rings, request.To), cancellationToken);
            var wanted = await WantedSchema.ReadAsync(db, schema, cancellationToken);
            var versions = await VersionsAsync(request, wanted, cancellationToken);
            return new(
                request.To ?? wanted.Version,
                versions.Sum(v => v.Databases),
                versions.Where(v => v.Version != wanted.Version && (request.To is null || v.Pending.Count > 0)).Sum(v => v.Databases),
                versions,
                await HeldAsync(request, wanted, cancellationToken),
                await RunAsync(cancellationToken));
        }

        private async Task<List<AtVersion>> VersionsAsync(ShowMigrations request, WantedSchema wanted, CancellationToken ct)
        {
            var (tenants, rings) = (request.Tenants?.ToArray(), request.Rings?.ToArray());
            var counts = await db.Database.SqlQuery<Count>($"""
                select d.schema_version as version, count(*)::int as databases
                from fleet_databases d
                where ({tenants}::text[] is null or d.tenant = any ({tenants}))
                  and ({rings}::integer[] is null or d.ring = any ({rings}))
                  and ({request.Server}::text is null or d.server = {request.Server})
                group by d.schema_version order by d.schema_version nulls first
                """).ToListAsync(ct);
            return [.. counts.Select(c => new AtVersion(c.Version, c.Databases, wanted.PendingAfter(c.Version, request.To)))];
        }

        private async Task<List<Waiting>> HeldAsync(ShowMigrations request, WantedSchema wanted, CancellationToken ct)
        {
            var held = wanted.Held.Where(h => WantedSchema.IsUpTo(h, request.To)).ToList();
            if (held.Count == 0)
            {
                return [];
            }

            var running = await RunningReleases.ReadAsync(db, ct);
            return [.. held.Select(h => new Waiting(h.Id, running.WhoNeedsLessThan(h.Version) ?? "the next run will let it through"))];
        }

        private async Task<RunView?> RunAsync(CancellationToken ct)
        {
            var latest = await OperationView.Of(db.Operations.AsNoTracking().Where(o => o.SubjectId == installation.Id).OrderByDescending(o => o.Id).Take(1))
                .SingleOrDefaultAsync(ct);
            if (latest is null)
            {
                return null;
            }

            var counts = await db.Database.SqlQuery<Counts>($"""
                select count(*)::int as total, (count(*) filter (where state = 'pending'))::int as pending, (count(*) filter (where state = 'running'))::int as running,
                       (count(*) filter (where state = 'requeued'))::int as requeued, (count(*) filter (where state = 'done'))::int as done,
                       coalesce(extract(epoch from max(finished_at) - min(started_at)), 0)::float8 as seconds
                from fleet_targets where operation_id = {latest.Id}
                """).ToListAsync(ct);
            var c = counts.Single();
            var left = c.Pending + c.Running + c.Requeued;
            var rate = c.Seconds > 0 ? (c.Total - left) / c.Seconds : 0;
            return new(latest, c.Total, c.Pending, c.Running, c.Requeued, c.Done, c.Total - left - c.Done, rate, rate > 0 ? left / rate : null);
        }

        private sealed record Count(string? Version, int Databases);

        private sealed record Counts(int Total, int Pending, int Running, int Requeued, int Done, double Seconds);
    }
}
