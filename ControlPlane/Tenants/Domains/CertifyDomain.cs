using ControlPlane.Certificates;
using ControlPlane.Operations;
using ControlPlane.Servers.Machines;
using Provisioner.Acme;

namespace ControlPlane.Tenants.Domains;

/// <summary>Obtains the name's certificate, proven by a file on the machine that serves it. Undone, it is forgotten.</summary>
public sealed class CertifyDomain(CertificateStore certificates, DomainProof proof, IMachineProvider provider) : Step
{
    private const string Tries = "certificate_tries";

    /// <summary>The authority may know the name's old records for a while; it counts failures by the hour.</summary>
    private const int MostTries = 4;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(15);

    public override TimeSpan Deadline => TimeSpan.FromMinutes(10);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var (domain, _) = await DomainOf.LoadAsync(step, ct);
        if (await proof.FindMachineAsync(step, domain, ct) is not { } edge)
        {
            step.Log("No machine of ours shows this tenant's pages, so TLS ends elsewhere: the name's certificate is a matter of whoever ends it.");
            return StepResult.Done;
        }

        try
        {
            var current = await certificates.EnsureAsync([domain.Name], provider.ChallengesOn(edge)!, ct);
            step.Log($"{domain.Name} has a certificate until {current.Issued.NotAfter:yyyy-MM-dd}.");
            return StepResult.Done;
        }
        catch (AcmeException refused) when (!refused.IsTransient && (int?)step.Memory[Tries] is not >= MostTries - 1)
        {
            var tries = ((int?)step.Memory[Tries] ?? 0) + 1;
            step.Memory[Tries] = tries;
            return StepResult.WaitFor(FirstPause * Math.Pow(4, tries - 1), $"Try {tries} of {MostTries}: {refused.Message}");
        }
    }

    public override async Task UndoAsync(StepContext step, CancellationToken ct)
    {
        if (await DomainOf.IsUnusedAsync(step, ct))
        {
            await certificates.ForgetAsync([step.Subject], ct);
        }
    }
}
