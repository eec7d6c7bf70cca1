using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers.Machines;
using ControlPlane.Start;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Domains;

/// <summary>Calls the name at its machine, as people will, and says whether it answers; it is not waited for long.</summary>
public sealed class CallDomain(IMachineProvider provider, ControlPlaneSettings settings) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var isServed = await step.ReadAsync(
            db => db.Domains.AnyAsync(d => d.Id == step.SubjectId && db.Tenants.Any(t => t.Id == d.TenantId && t.State == TenantState.Active), ct), ct);
        if (isServed && settings.Machines.UsesCloud && await DomainOf.EdgeAsync(step, provider, ct) is { } edge)
        {
            step.Log(await HostCall.UntilAnsweredAsync(step.Subject, edge.Address!, ct) is { } said
                ? $"https://{step.Subject}/ does not answer as it should yet: {said}"
                : $"https://{step.Subject}/ answers.");
        }

        return StepResult.Done;
    }
}
