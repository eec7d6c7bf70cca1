using ControlPlane.Access.Secrets;
using ControlPlane.Operations;
using ControlPlane.Servers;
using Provisioner.Postgres;

namespace ControlPlane.Tenants.Moving;

/// <summary>Makes the database on the other server, with roles, settings and tables, and no rows.</summary>
public sealed class MakeTarget(ServerConnections servers, SecretBox secrets) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromMinutes(5);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        await using var pair = await MovePair.LoadAsync(step.OperationId, step, servers, ct);
        var password = LoginPassword.From(secrets.Unprotect(pair.Target.PasswordSecret, SecretPlaces.DatabasePassword(pair.Target.Id)));
        await pair.TargetServer.CreateRolesAsync(pair.To.Name, password, new TenantRoleLimits(), ct);
        await pair.TargetServer.CreateDatabaseAsync(pair.To.Name, TemplateName.Empty, step.SubjectId, ct);
        await pair.To.PrepareAsync(ct);
        await pair.Schema.CopySettingsAsync(ct);
        await pair.Schema.CopyTablesAsync(ct);
        step.Log($"{pair.To.Place} has the tables of {pair.From.Place}.");
        return StepResult.Done;
    }

    public override async Task UndoAsync(StepContext step, CancellationToken ct)
    {
        await using var pair = await MovePair.FindAsync(step.OperationId, step, servers, ct);
        if (pair is not null)
        {
            await pair.To.DisposeAsync();
            await pair.TargetServer.DropDatabaseAsync(pair.To.Name, ct);
            await pair.To.CleanAsync(ct);
            await pair.TargetServer.DropRolesAsync(pair.To.Name, ct);
        }
    }
}
