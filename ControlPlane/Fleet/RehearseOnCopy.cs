using ControlPlane.Access.Secrets;
using ControlPlane.Operations;
using ControlPlane.Servers;
using ControlPlane.Start;
using ControlPlane.Tenants.Databases;
using Migrator.Databases;
using Migrator.Lint;
using Npgsql;
using Provisioner.Postgres;

namespace ControlPlane.Fleet;

/// <summary>Copies the tenant's database and rehearses in the copy. Done again, it begins with a new copy: the first one is migrated.</summary>
public sealed class RehearseOnCopy(ServerConnections servers, ControlPlaneSettings settings, SecretBox secrets, ApplicationSchema schema) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromHours(1);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var copy = await TenantPlace.LoadAsync(step, servers, ct);
        await FillAsync(step, copy, ct);
        var login = new NpgsqlConnectionStringBuilder(await servers.ReadAdminConnectionAsync(copy.Database.ServerId, ct)) { Database = copy.Name.Database };
        var rehearsal = new Rehearsal(schema.Migrations, new MigratorOptions { Run = $"operation {step.OperationId}" });
        var reports = await rehearsal.RunInAsync(new DatabaseTarget(login.ConnectionString, copy.Name.Owner), step.Input<MigrationRehearsal.Request>().From, ct);
        await RehearsedMigration.KeepAsync(step, reports, ct);
        return StepResult.Done;
    }

    public override async Task UndoAsync(StepContext step, CancellationToken ct)
    {
        DeleteDump(step);
        if (await TenantPlace.FindAsync(step, servers, ct) is { } copy)
        {
            await copy.DropAsync(ct);
        }
    }

    private async Task FillAsync(StepContext step, TenantPlace copy, CancellationToken ct)
    {
        var password = secrets.Unprotect(copy.Database.PasswordSecret, SecretPlaces.DatabasePassword(copy.Database.Id));
        var real = new TenantDatabaseName(Guid.Parse((string)step.Memory["real"]!));
        var dump = LostDumps.FileOf(settings, step.OperationId);
        Directory.CreateDirectory(settings.DumpsFolder);
        try
        {
            await copy.Postgres.DumpAsync(real, dump, ct);
            step.Log($"Dumped {step.Input<MigrationRehearsal.Request>().Tenant}: {new FileInfo(dump).Length:N0} bytes.");
            await copy.Postgres.DropDatabaseAsync(copy.Name, ct);
            await copy.Postgres.CreateRolesAsync(copy.Name, LoginPassword.From(password), new TenantRoleLimits(), ct);
            await copy.Postgres.SetLoginAsync(copy.Name, enabled: false, ct);
            await copy.Postgres.CreateDatabaseAsync(copy.Name, TemplateName.Empty, tenant: null, ct);
            await copy.Postgres.RestoreAsync(copy.Name, dump, ct);
            await copy.Postgres.GrantAccessAsync(copy.Name, TemplateName.Empty, ct);
        }
        finally
        {
            DeleteDump(step);
        }

        step.Log($"Restored into {copy.Name.Database}, which is thrown away afterwards.");
    }

    private void DeleteDump(StepContext step) => File.Delete(LostDumps.FileOf(settings, step.OperationId));
}
