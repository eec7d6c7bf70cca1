using ControlPlane.Operations;
using ControlPlane.Servers;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ControlPlane.Fleet;

/// <summary>
/// Gives every server a template with the newest schema: new tenants get it from now on, and a broken migration is found out
/// where no tenant is.
/// </summary>
public sealed class RebuildTemplates(TemplateStore templates, ApplicationSchema schema) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromMinutes(10);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        if (step.Input<FleetRequest>().WaitForRelease(schema) is { } wait)
        {
            return wait;
        }

        foreach (var server in await step.ReadAsync(db => WithoutTemplateAsync(db, ct), ct))
        {
            try
            {
                var built = await templates.EnsureAsync(server.Id, ct);
                step.Log($"{server.Name} has a template for {built.SchemaVersion}.");
            }
            catch (NpgsqlException error) when (error is not PostgresException)
            {
                // The others need not wait for it; its databases will be reported as unreachable.
                step.Log($"{server.Name} has no new template yet: {error.Message}");
            }
        }

        return StepResult.Done;
    }

    private async Task<List<Place>> WithoutTemplateAsync(Catalog.CatalogDb db, CancellationToken ct)
    {
        var wanted = await WantedSchema.ReadAsync(db, schema, ct);
        return await db.Database.SqlQuery<Place>($"""
            select s.id, s.name from servers s
            where s.state <> 'removed' and not exists (select from templates t where t.server_id = s.id and t.schema_version = {wanted.Version})
            order by s.name
            """).ToListAsync(ct);
    }

    private sealed record Place(Guid Id, string Name);
}
