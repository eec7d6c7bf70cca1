using ControlPlane.Catalog;
using ControlPlane.Operations;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Fleet;

/// <summary>Opens a finding for each database that drifted, so that somebody is told, and closes those of databases that agree again.</summary>
public sealed class ReportDrift(Findings findings) : Step
{
    public const string Kind = "schema_drift";

    /// <summary>When more have drifted, it is not about single tenants any more.</summary>
    private const int Most = 100;

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var drifted = await step.ReadAsync(db => db.Database.SqlQuery<Drifted>($"""
            select t.slug as tenant, d.server_id as server, f.differences
            from fleet_targets f join tenant_databases d on d.id = f.database_id join tenants t on t.id = d.tenant_id
            where f.work = 'drift' and f.state = 'drifted' and d.state = 'assigned' order by f.database_id limit {Most}
            """).ToListAsync(ct), ct);
        foreach (var one in drifted)
        {
            await findings.ReportAsync(
                Kind, one.Tenant, $"Its schema is not the template's: {string.Join("; ", one.Differences)}", "Undo the change, or make it a migration; then: ctl migrations drift", ct, one.Server);
        }

        await findings.ResolveOthersAsync(Kind, [.. drifted.Select(d => d.Tenant)], ct);
        return StepResult.Done;
    }

    private sealed record Drifted(string Tenant, Guid Server, string[] Differences);
}
