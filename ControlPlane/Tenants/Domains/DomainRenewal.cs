using ControlPlane.Operations;

namespace ControlPlane.Tenants.Domains;

/// <summary>
/// Renews a served domain's certificate and brings it to its machine. When that fails the old one stays in use, and the next hour
/// tries again; so a failure ends the operation instead of blocking the domain.
/// </summary>
public sealed class DomainRenewal : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } = [typeof(RenewDomainCertificate), typeof(DeliverDomain)];

    public override TimeSpan Deadline => TimeSpan.FromHours(1);

    /// <param name="Revision">What there was when somebody asked for a new one, though it may not be due; null renews what is due.</param>
    public sealed record Request(int? Revision = null);
}
