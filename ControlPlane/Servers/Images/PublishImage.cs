using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers.Machines;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Servers.Images;

/// <summary>From now on machines are made from the new image; the one before the last is removed, the last stays for the way back.</summary>
public sealed class PublishImage(IMachineProvider provider) : Step
{
    private const int Kept = 2;

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        await step.WriteAsync(async db => (await db.Images.SingleAsync(i => i.MachineId == step.SubjectId, ct)).Complete(), ct);
        var old = await step.ReadAsync(db => db.Images.Where(i => i.State == GoldenImageState.Ready).OrderByDescending(i => i.Id).Skip(Kept).Select(i => i.Id).ToListAsync(ct), ct);
        foreach (var image in old)
        {
            await provider.RemoveImageAsync(image, ct);
            await step.WriteAsync(async db => (await db.Images.SingleAsync(i => i.Id == image, ct)).Remove(), ct);
        }

        return StepResult.Done;
    }

    public override Task UndoAsync(StepContext step, CancellationToken ct) =>
        step.WriteAsync(async db => (await db.Images.SingleAsync(i => i.MachineId == step.SubjectId, ct)).Remove(), ct);
}
