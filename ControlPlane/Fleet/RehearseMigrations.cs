using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using ControlPlane.Servers;
using Microsoft.EntityFrameworkCore;
using Migrator.Databases;
using Migrator.Lint;

namespace ControlPlane.Fleet;

/// <summary>
/// Rehearses on a clone of the template whose schema most tenants have. Where there is none, it begins with an empty database.
/// </summary>
public sealed class RehearseMigrations(ServerConnections servers, ApplicationSchema schema) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromMinutes(10);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var request = step.Input<MigrationRehearsal.Request>();
        var (server, template) = await step.ReadAsync(db => ChooseAsync(db, request, ct), ct);
        var source = request.From is null ? template : null;
        step.Log(source is null ? "Begins with an empty database." : $"On a clone of the template for {source.SchemaVersion}.");
        var rehearsal = new Rehearsal(schema.Migrations, new MigratorOptions { Run = $"operation {step.OperationId}" });
        var reports = await rehearsal.RunAsync(
            await servers.ReadAdminConnectionAsync(server, ct),
            source?.Database,
            request.From,
            ct,
            source is null ? null : TemplateStore.NameOf(source).Owner,
            step.OperationId.ToString("N"));
        await RehearsedMigration.KeepAsync(step, reports, ct);
        return StepResult.Done;
    }

    private static async Task<(Guid Server, Template? Template)> ChooseAsync(CatalogDb db, MigrationRehearsal.Request request, CancellationToken ct)
    {
        var places = db.Servers.Where(s => s.State != ServerState.Removed && (request.Server == null || s.Name == request.Server));
        var template = await db.Templates
            .Where(t => places.Any(s => s.Id == t.ServerId) && db.Databases.Any(d => d.SchemaVersion == t.SchemaVersion && d.State == TenantDatabaseState.Assigned))
            .OrderByDescending(t => db.Databases.Count(d => d.SchemaVersion == t.SchemaVersion && d.State == TenantDatabaseState.Assigned))
            .ThenBy(t => t.CreatedAt)
            .FirstOrDefaultAsync(ct);
        if (template is not null)
        {
            return (template.ServerId, template);
        }

        var any = await places.OrderBy(s => s.Name).Select(s => (Guid?)s.Id).FirstOrDefaultAsync(ct);
        return (any ?? throw new ProblemException(409, "no_server", "There is no server to rehearse on.", "Add one with: ctl servers add"), null);
    }
}
