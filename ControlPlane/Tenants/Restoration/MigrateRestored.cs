using ControlPlane.Operations;
using ControlPlane.Servers;
using ControlPlane.Tenants.Databases;
using Migrator.Databases;
using Npgsql;

namespace ControlPlane.Tenants.Restoration;

/// <summary>
/// Brings a database from a dump to the newest schema: the fleet may have been migrated since. One that was kept has gone along
/// with the fleet.
/// </summary>
public sealed class MigrateRestored(ServerConnections servers, ApplicationSchema schema) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromHours(1);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var place = await TenantPlace.LoadAsync(step, servers, ct);
        if (!place.IsUnfinished)
        {
            return StepResult.Done;
        }

        var wanted = await step.ReadAsync(db => WantedSchema.ReadAsync(db, schema, ct), ct);
        var admin = new NpgsqlConnectionStringBuilder(await servers.ReadAdminConnectionAsync(place.Database.ServerId, ct)) { Database = place.Name.Database };

        // Whether the order matters was decided when the fleet got what came late.
        var migrator = new DatabaseMigrator(wanted.Migrations, new MigratorOptions { Run = $"operation {step.OperationId}", AllowOutOfOrder = true });
        var report = await migrator.ApplyAsync(new DatabaseTarget(admin.ConnectionString, place.Name.Owner), ct);
        step.Memory["schema"] = wanted.Version;
        step.Log(report.Applied.Count == 0 ? $"It has {wanted.Version}." : $"Migrated from {report.HeadBefore ?? "nothing"} to {wanted.Version}.");
        return StepResult.Done;
    }
}
