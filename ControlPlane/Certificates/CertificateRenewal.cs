using ControlPlane.Operations;

namespace ControlPlane.Certificates;

/// <summary>Obtains a new certificate for names in our zone; the old one stays in use until the new one is there.</summary>
public sealed class CertificateRenewal : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } = [typeof(ObtainCertificate)];

    /// <summary>The certificate may be in use.</summary>
    public override bool Undoable => false;

    public override TimeSpan Deadline => TimeSpan.FromHours(1);

    /// <param name="Revision">What there was when somebody asked; a newer one is what they wanted.</param>
    public sealed record Request(int Revision);

    public sealed class ObtainCertificate(CertificateStore certificates, DnsChallenges dns) : Step
    {
        public override TimeSpan Deadline => TimeSpan.FromMinutes(10);

        public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
        {
            var current = await certificates.RenewAsync(step.SubjectId, step.Input<Request>().Revision, dns.Solver(), ct);
            step.Log($"Issued: {current.Issued}.");
            return StepResult.Done;
        }
    }
}
