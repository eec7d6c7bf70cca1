using ControlPlane.Catalog;
using ControlPlane.Fleet;
using ControlPlane.Operations;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tests.Workflows;

/// <summary>What tests of the fleet ask of a <see cref="WorkflowWorld"/>.</summary>
internal static class FleetWorld
{
    /// <summary>At least one tenant is served.</summary>
    public static async Task PopulateAsync(this WorkflowWorld world)
    {
        if (!await world.ReadAsync(db => db.Tenants.AnyAsync(t => t.State == TenantState.Active)))
        {
            await world.OnboardAsync();
        }
    }

    public static Task<Guid> AddFleetAsync<TWorkflow>(this WorkflowWorld world, FleetRequest request)
        where TWorkflow : Workflow =>
        world.AddAsync<TWorkflow>(world.Get<Installation>().Id, FleetLaunch.Subject, request);

    /// <summary>Runs over the fleet until the end, giving up a run that has stopped before.</summary>
    public static async Task<Operation> GoAsync<TWorkflow>(this WorkflowWorld world, FleetRequest request)
        where TWorkflow : Workflow
    {
        await world.ExecuteAsync("update operations set state = 'cancelled', finished_at = now() where subject = 'fleet' and state = 'needs_operator'");
        return await world.RunAsync(await world.AddFleetAsync<TWorkflow>(request));
    }

    /// <summary>Where each database of the latest run stands, in the order of the databases.</summary>
    public static Task<List<Standing>> FleetAsync(this WorkflowWorld world, string work = "migration") => world.ReadAsync(db => db.Database.SqlQuery<Standing>($"""
        select t.slug as tenant, d.name as database, f.state, f.error, f.attempts, d.schema_version as version, f.differences
        from fleet_targets f join tenant_databases d on d.id = f.database_id join tenants t on t.id = d.tenant_id
        where f.work = {work} and f.operation_id = (select id from operations where subject = 'fleet' order by id desc limit 1)
        order by d.id
        """).ToListAsync());

    /// <summary>What the catalog notes for every tenant's database, in the order of the databases.</summary>
    public static Task<List<string?>> VersionsAsync(this WorkflowWorld world) =>
        world.ReadAsync(db => db.Databases.Where(d => d.State == TenantDatabaseState.Assigned).OrderBy(d => d.Id).Select(d => d.SchemaVersion).ToListAsync());

    public sealed record Standing(string Tenant, string Database, string State, string? Error, int Attempts, string? Version, string[] Differences);
}
