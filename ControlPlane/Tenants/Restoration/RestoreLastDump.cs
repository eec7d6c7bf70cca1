using ControlPlane.Operations;
using ControlPlane.Problems;
using ControlPlane.Servers;
using ControlPlane.Tenants.Databases;
using Microsoft.EntityFrameworkCore;
using Provisioner.Postgres;

namespace ControlPlane.Tenants.Restoration;

/// <summary>Fills the new database from the dump; one that is only half filled is dropped and made again.</summary>
public sealed class RestoreLastDump(ServerConnections servers) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromHours(1);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var place = await TenantPlace.LoadAsync(step, servers, ct);
        if (!place.IsUnfinished)
        {
            return StepResult.Done;
        }

        var file = await step.ReadAsync(db => db.Tenants.Where(t => t.Id == step.SubjectId).Select(t => t.LastDump).SingleAsync(ct), ct)
            ?? throw new ProblemException(409, "no_dump", $"There is no last dump of '{step.Subject}'.", "Restore it without --from-dump.");
        await place.Postgres.DropDatabaseAsync(place.Name, ct);
        await place.Postgres.CreateDatabaseAsync(place.Name, TemplateName.Empty, tenant: null, ct);
        await place.Postgres.RestoreAsync(place.Name, file, ct);
        await place.Postgres.GrantAccessAsync(place.Name, TemplateName.Empty, ct);
        step.Log($"Restored {Path.GetFileName(file)} into {place.Name.Database}.");
        return StepResult.Done;
    }
}
