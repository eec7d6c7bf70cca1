using ControlPlane.Operations;

namespace ControlPlane.Tenants.Moving;

/// <summary>Waits until nobody remembers any more where the tenant's host name led; until then it is served there too.</summary>
public sealed class AwaitNames(HostRecords records) : Step
{
    private const string Waited = "names waited for";

    /// <summary>Those who look a name up late in its time remember it for as long again.</summary>
    private const int Lifetimes = 2;

    public override TimeSpan Deadline => TimeSpan.FromMinutes(10);

    public override Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        if (!records.Keeps(step.Subject) || step.Memory.ContainsKey(Waited))
        {
            return Task.FromResult(StepResult.Done);
        }

        step.Memory[Waited] = true;
        return Task.FromResult(StepResult.WaitFor(HostRecords.Ttl * Lifetimes, "The address before may still be remembered."));
    }
}
