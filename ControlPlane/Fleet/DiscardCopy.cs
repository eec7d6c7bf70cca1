using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers;
using ControlPlane.Tenants.Databases;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Fleet;

/// <summary>Throws the copy away.</summary>
public sealed class DiscardCopy(ServerConnections servers) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        await (await TenantPlace.LoadAsync(step, servers, ct)).DropAsync(ct);
        await ForgetAsync(step, ct);
        return StepResult.Done;
    }

    /// <summary>Notes that nothing of the copy is left on the server; where it never had a row, that is fine.</summary>
    internal static Task ForgetAsync(StepContext step, CancellationToken ct) => step.WriteAsync(
        async db =>
        {
            if (await db.Databases.SingleOrDefaultAsync(d => d.Id == step.SubjectId, ct) is { State: not TenantDatabaseState.Dropped } database)
            {
                database.BeginDrop();
                database.EndDrop();
            }
        },
        ct);
}
