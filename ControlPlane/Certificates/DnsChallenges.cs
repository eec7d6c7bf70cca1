using ControlPlane.Catalog;
using ControlPlane.Problems;
using ControlPlane.Start;
using Provisioner;
using Provisioner.Acme;
using Provisioner.Dns;

namespace ControlPlane.Certificates;

/// <summary>Proves names in our own zone, from any node and at any time.</summary>
public sealed class DnsChallenges(DnsSettings settings, Installation installation, IServiceProvider services)
{
    /// <exception cref="ProblemException">No zone, or no account at its provider, is set.</exception>
    public IChallengeSolver Solver() =>
        settings.Zone is { } zone && services.GetService<IDnsProvider>() is { } dns
            // Marked as the installation's own, not as one certificate's: whatever a killed node left, the next one replaces.
            ? new Dns01Solver(dns, zone, new Ownership(installation.Id.ToString("N"), installation.Id), settings.Settle)
            : throw new ProblemException(409, "no_dns_zone", "No zone is set up in which names could be proven.", "Set Dns__Zone, and Hetzner__Token or Cloudflare__Token, and restart the control plane.");
}
