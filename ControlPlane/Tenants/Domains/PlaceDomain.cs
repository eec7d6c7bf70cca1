using ControlPlane.Catalog;
using ControlPlane.Certificates;
using ControlPlane.Operations;
using ControlPlane.Problems;
using ControlPlane.Servers.Machines;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Domains;

/// <summary>Finds out who shows the name, as soon as its tenant has a place. Undone, the name is free.</summary>
public sealed class PlaceDomain(IMachineProvider provider, AcmeSettings authority) : Step
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>As long as a machine takes.</summary>
    public override TimeSpan Deadline => TimeSpan.FromMinutes(15);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var (domain, tenant) = await DomainOf.LoadAsync(step, ct);
        if (tenant.State == TenantState.Onboarding)
        {
            return StepResult.WaitFor(Pause, $"{tenant.Slug} is being set up; {domain.Name} comes after that.");
        }

        RequireAuthority(await step.ReadAsync(db => DomainOf.EdgeAsync(db, tenant.Id, provider, ct), ct), authority);
        return StepResult.Done;
    }

    public override Task UndoAsync(StepContext step, CancellationToken ct) =>
        step.WriteAsync(db => db.Domains.Where(d => d.Id == step.SubjectId && d.State == DomainState.Adding).ExecuteDeleteAsync(ct), ct);

    /// <exception cref="ProblemException">Its machine would need a certificate, and nobody issues one.</exception>
    internal static void RequireAuthority(Machine? edge, AcmeSettings authority)
    {
        if (edge is not null && authority.Options is null)
        {
            throw new ProblemException(409, "no_certificate_authority", "A domain of a customer's own needs a certificate, and no authority is set up.", "Set Acme__Contact to a mail address of yours and restart the control plane.");
        }
    }
}
