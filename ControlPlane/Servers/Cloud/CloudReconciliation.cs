using ControlPlane.Operations;

namespace ControlPlane.Servers.Cloud;

/// <summary>Compares the cloud with the catalog now.</summary>
public sealed class CloudReconciliation : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } = [typeof(CompareCloud)];

    public override TimeSpan Deadline => TimeSpan.FromMinutes(30);

    public sealed class CompareCloud(IServiceProvider services) : Step
    {
        public override TimeSpan Deadline => TimeSpan.FromMinutes(10);

        public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
        {
            if (services.GetService<CloudReconciler>() is not { } reconciler)
            {
                step.Log("There is no cloud account: nothing to compare.");
                return StepResult.Done;
            }

            await reconciler.ReconcileAsync(step.RequestedAt, step.Log, ct);
            return StepResult.Done;
        }
    }
}
