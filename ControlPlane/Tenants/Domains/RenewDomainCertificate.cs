using ControlPlane.Certificates;
using ControlPlane.Operations;
using ControlPlane.Servers.Machines;

namespace ControlPlane.Tenants.Domains;

/// <summary>Renews the name's certificate by a file on the machine that it leads to, where it is due or somebody asked for it.</summary>
public sealed class RenewDomainCertificate(CertificateStore certificates, DomainProof proof, IMachineProvider provider) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromMinutes(10);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var (domain, _) = await DomainOf.LoadAsync(step, ct);
        if (await proof.FindMachineAsync(step, domain, ct) is not { } edge)
        {
            step.Log("No machine of ours shows it any more, so there is nothing to renew.");
            return StepResult.Done;
        }

        var solver = provider.ChallengesOn(edge)!;
        var current = await certificates.EnsureAsync([domain.Name], solver, ct);
        if (step.Input<DomainRenewal.Request>().Revision is { } revision)
        {
            current = await certificates.RenewAsync(current.Id, revision, solver, ct);
        }

        step.Log($"{domain.Name} has certificate {current.Revision}, until {current.Issued.NotAfter:yyyy-MM-dd}.");
        return StepResult.Done;
    }
}
