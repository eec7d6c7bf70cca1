using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using ControlPlane.Servers.Machines;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Servers.Cloud;

/// <summary>Removes a server that carries our labels and is not in the catalog. Never by itself: somebody has looked at it.</summary>
public sealed class UnknownServerRemoval : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } = [typeof(RemoveUnknownServer)];

    /// <summary>What is gone is gone.</summary>
    public override bool Undoable => false;

    /// <exception cref="ProblemException"><c>server_known</c></exception>
    internal static async Task RequireUnknownAsync(CatalogDb db, Guid id, string name, CancellationToken ct)
    {
        if (await db.Machines.AnyAsync(m => m.Id == id && m.State != MachineState.Removed, ct))
        {
            throw new ProblemException(409, "server_known", $"Server '{name}' is in the catalog.", $"If nobody lives there: ctl servers remove {name}");
        }
    }

    public sealed class RemoveUnknownServer(IServiceProvider services) : Step
    {
        public override TimeSpan Deadline => TimeSpan.FromMinutes(5);

        public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
        {
            if (services.GetService<CloudServerRemoval>() is not { } cloud)
            {
                step.Log("There is no cloud account: nothing to remove.");
                return StepResult.Done;
            }

            await step.ReadAsync(
                async db =>
                {
                    await RequireUnknownAsync(db, step.SubjectId, step.Subject, ct);
                    return true;
                },
                ct);
            await cloud.RemoveAsync(step.Subject, step.SubjectId, step.Log, ct);
            return StepResult.Done;
        }
    }
}
