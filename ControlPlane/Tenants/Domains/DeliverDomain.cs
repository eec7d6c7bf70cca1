using ControlPlane.Operations;

namespace ControlPlane.Tenants.Domains;

/// <summary>Brings a served domain's newest certificate to its machine, which shows the old one until then.</summary>
public sealed class DeliverDomain(DomainDelivery delivery) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromMinutes(5);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        await delivery.BringAsync(step, ct);
        return StepResult.Done;
    }
}
