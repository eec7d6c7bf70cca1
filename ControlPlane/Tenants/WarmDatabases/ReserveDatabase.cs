using ControlPlane.Operations;
using ControlPlane.Tenants.Databases;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.WarmDatabases;

/// <summary>Adds the database's row; its id is the operation's subject.</summary>
public sealed class ReserveDatabase(NewDatabase newDatabase) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        await step.WriteAsync(
            async db =>
            {
                if (!await db.Databases.AnyAsync(d => d.Id == step.SubjectId, ct))
                {
                    db.Databases.Add(newDatabase.On(step.Input<WarmDatabaseCreation.Request>().Server, Guid.CreateVersion7(), step.SubjectId));
                }
            },
            ct);
        TenantPlace.Remember(step, step.SubjectId);
        return StepResult.Done;
    }

    public override Task UndoAsync(StepContext step, CancellationToken ct) => step.WriteAsync(
        async db =>
        {
            if (await db.Databases.SingleOrDefaultAsync(d => d.Id == step.SubjectId, ct) is { } database)
            {
                database.BeginDrop();
                database.EndDrop();
            }
        },
        ct);
}
