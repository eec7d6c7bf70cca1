using ControlPlane.Operations;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Deletion;

/// <summary>Deletes the last dump: its time is over, or the tenant lives again and would leave an old copy of its rows behind.</summary>
public sealed class DeleteLastDump : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var file = await step.ReadAsync(db => db.Tenants.Where(t => t.Id == step.SubjectId).Select(t => t.LastDump).SingleAsync(ct), ct);
        if (File.Exists(file))
        {
            File.Delete(file);
        }

        await step.WriteAsync(
            db => db.Tenants.Where(t => t.Id == step.SubjectId).ExecuteUpdateAsync(t => t.SetProperty(x => x.LastDump, (string?)null), ct), ct);

        return StepResult.Done;
    }
}
