using ControlPlane.Operations;

namespace ControlPlane.Tenants.Domains;

/// <summary>
/// Serves a tenant under a name of its own: once its DNS leads here it gets a certificate, its machine shows it, and runtimes hear
/// of it last. Its subject is the domain, so that the tenant can be worked on while this waits.
/// </summary>
public sealed class DomainAddition : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } =
        [typeof(PlaceDomain), typeof(AwaitDns), typeof(CertifyDomain), typeof(ShowDomain), typeof(OpenDomain)];

    /// <summary>Beyond the time that DNS is waited for.</summary>
    public override TimeSpan Deadline => AwaitDns.Patience + TimeSpan.FromHours(24);
}
