using ControlPlane.Operations;
using ControlPlane.Servers.Machines;
using ControlPlane.Servers.Provisioning;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Servers.Images;

/// <summary>Takes the snapshot. Undone, it is gone.</summary>
public sealed class TakeImage(IMachineProvider provider) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromMinutes(10);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var machine = await MachineOf.LoadAsync(step, ct);
        var image = await step.ReadAsync(db => db.Images.SingleAsync(i => i.MachineId == machine.Id, ct), ct);
        var taken = await provider.TakeImageAsync(machine, image.Id, step.Log, ct);
        await step.WriteAsync(async db => (await db.Images.SingleAsync(i => i.Id == image.Id, ct)).Take(taken), ct);
        return StepResult.Done;
    }

    public override async Task UndoAsync(StepContext step, CancellationToken ct)
    {
        if (await step.ReadAsync(db => db.Images.SingleOrDefaultAsync(i => i.MachineId == step.SubjectId, ct), ct) is { } image)
        {
            await provider.RemoveImageAsync(image.Id, ct);
        }
    }
}
