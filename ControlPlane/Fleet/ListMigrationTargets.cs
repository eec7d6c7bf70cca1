using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Fleet;

/// <summary>Lists exactly which database stands where in the latest run of a kind.</summary>
/// <param name="Work">Migration, verification, drift or correction.</param>
/// <param name="State">Only those in this state.</param>
/// <param name="Tenants">Only these; null is all.</param>
/// <param name="Server">Only the databases of this one.</param>
/// <param name="Rings">Only the tenants of these.</param>
/// <param name="Operation">Only those that this run was about.</param>
[Requires(Role.Viewer)]
public sealed record ListMigrationTargets(
    FleetWorkKind Work = FleetWorkKind.Migration,
    FleetTargetState? State = null,
    IReadOnlyList<string>? Tenants = null,
    string? Server = null,
    IReadOnlyList<int>? Rings = null,
    Guid? Operation = null)
    : PagedQuery<ListMigrationTargets.Target>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapQuery<ListMigrationTargets, Page<Target>>("/migrations/databases");

    /// <param name="Version">Its schema as the catalog has it.</param>
    /// <param name="Differences">Object by object, where schemas were compared.</param>
    public sealed record Target(
        Guid Id,
        string Tenant,
        string Server,
        string Database,
        FleetTargetState State,
        string? Version,
        int Attempts,
        string? Error,
        IReadOnlyList<string> Differences,
        DateTimeOffset? StartedAt,
        DateTimeOffset? FinishedAt);

    protected override bool IsKey(string key) => Guid.TryParse(key, out _);

    internal sealed class Handler(CatalogDb db) : IRequestHandler<ListMigrationTargets, Page<Target>>
    {
        public async Task<Page<Target>> Handle(ListMigrationTargets request, CancellationToken cancellationToken)
        {
            var after = request.AfterKey() is { } key ? Guid.Parse(key) : Guid.Empty;
            var state = request.State is { } wanted ? CatalogConventions.Snake(wanted.ToString()) : null;
            var (tenants, rings) = (request.Tenants?.ToArray(), request.Rings?.ToArray());
            var work = CatalogConventions.Snake(request.Work.ToString());
            var rows = await db.Database.SqlQuery<Row>($"""
                select d.id, t.slug as tenant, s.name as server, d.name as database, f.state, d.schema_version as version, f.attempts, f.error,
                       f.differences, f.started_at as "StartedAt", f.finished_at as "FinishedAt"
                from fleet_targets f join tenant_databases d on d.id = f.database_id join tenants t on t.id = d.tenant_id join servers s on s.id = d.server_id
                where f.work = {work} and d.state = 'assigned' and f.database_id > {after} and ({state}::text is null or f.state = {state})
                  and ({tenants}::text[] is null or t.slug = any ({tenants}))
                  and ({rings}::integer[] is null or t.ring = any ({rings}))
                  and ({request.Server}::text is null or s.name = {request.Server})
                  and ({request.Operation}::uuid is null or f.operation_id = {request.Operation})
                order by f.database_id limit {request.Limit + 1}
                """).ToListAsync(cancellationToken);
            return Page<Target>.Of([.. rows.Select(r => r.Show())], request.Limit, t => t.Id.ToString());
        }

        private sealed record Row(
            Guid Id, string Tenant, string Server, string Database, string State, string? Version, int Attempts, string? Error, string[] Differences, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt)
        {
            public Target Show() => new(
                Id, Tenant, Server, Database, Enum.Parse<FleetTargetState>(State, ignoreCase: true), Version, Attempts, Error, Differences, StartedAt, FinishedAt);
        }
    }
}
