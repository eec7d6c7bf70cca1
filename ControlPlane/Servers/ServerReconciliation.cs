using ControlPlane.Operations;

namespace ControlPlane.Servers;

/// <summary>Compares a server with the catalog, heals what is surely ours and safe, and reports the rest.</summary>
public sealed class ServerReconciliation : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } = [typeof(CompareServer)];

    public override TimeSpan Deadline => TimeSpan.FromMinutes(10);

    public sealed class CompareServer(Reconciler reconciler) : Step
    {
        public override TimeSpan Deadline => TimeSpan.FromMinutes(5);

        public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
        {
            await reconciler.ReconcileAsync(step.SubjectId, step.Log, ct);
            return StepResult.Done;
        }
    }
}
