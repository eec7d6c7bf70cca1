using ControlPlane.Catalog;
using ControlPlane.Problems;
using ControlPlane.Start;
using Microsoft.EntityFrameworkCore;
using Provisioner;
using Provisioner.Hetzner;
using Provisioner.Hetzner.Networks;
using Provisioner.Hetzner.Prices;
using Provisioner.Hetzner.Servers;

namespace ControlPlane.Servers.Machines;

/// <summary>
/// What all machines of an installation share at Hetzner: our public key and one firewall; and the prices. Looked at again after
/// a while, so that ten machines ordered at once cost these calls once.
/// </summary>
public sealed class CloudBasics(
    HetznerClient hetzner, MachineAccess access, IDbContextFactory<CatalogDb> catalogs, MachineSettings settings, Installation installation, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim alone = new(1);
    private (long Key, long Firewall, HetznerPricing Prices, long At)? known;

    /// <summary>Name of what there is once for each installation.</summary>
    public string Name => $"controlplane-{installation.Id:N}"[..25];

    private Ownership Owner => new(installation.Id.ToString("N"), installation.Id);

    /// <summary>Ids of our key and firewall, which are there now.</summary>
    /// <param name="fresh">Looks whatever is known, and puts the firewall's rules right.</param>
    public async Task<(long Key, long Firewall, HetznerPricing Prices)> GetAsync(CancellationToken ct, bool fresh = false)
    {
        await alone.WaitAsync(ct);
        try
        {
            if (fresh || known is not { } have || time.GetElapsedTime(have.At) > Fresh)
            {
                known = have = await EnsureAsync(ct);
            }

            return (have.Key, have.Firewall, have.Prices);
        }
        finally
        {
            alone.Release();
        }
    }

    /// <summary>
    /// Puts the firewall's rules right: databases are open to this control plane and to servers that exchange rows at the moment.
    /// Each server itself is stricter still.
    /// </summary>
    /// <returns>Its id.</returns>
    public async Task<long> EnsureFirewallAsync(CancellationToken ct)
    {
        while (true)
        {
            var sources = await ReadDatabaseSourcesAsync(ct);
            FirewallRule[] rules = [FirewallRule.AllowTcp(22, "SSH"), FirewallRule.AllowTcp(80, "HTTP"), FirewallRule.AllowTcp(443, "HTTPS"), .. FirewallRule.AllowTcp(5432, "PostgreSQL", sources)];
            if (rules.Sum(r => r.SourceIps.Count) > FirewallRule.MostEffective)
            {
                throw new ProblemException(
                    409, "too_many_peers", $"{sources.Count} networks exchange rows with servers at the moment, more than one firewall lets in.",
                    "Give up ways back that nobody needs any more: ctl tenants move-end SLUG");
            }

            var firewall = await hetzner.Firewalls.EnsureAsync(new FirewallRequest(Name, rules), Owner, ct);
            await hetzner.Actions.WaitAsync(firewall.Actions, ct);

            // Another may have read before us and written after us: who looks last puts it right.
            if ((await ReadDatabaseSourcesAsync(ct)).SequenceEqual(sources, StringComparer.Ordinal))
            {
                return firewall.Object.Id;
            }
        }
    }

    public void Dispose() => alone.Dispose();

    private async Task<(long Key, long Firewall, HetznerPricing Prices, long At)> EnsureAsync(CancellationToken ct)
    {
        var pair = await access.KeyAsync(ct);
        var key = await hetzner.SshKeys.EnsureAsync(new SshKeyRequest(Name, pair.PublicKey), Owner, ct);
        return (key.Object.Id, await EnsureFirewallAsync(ct), await hetzner.GetPricingAsync(ct), time.GetTimestamp());
    }

    private async Task<IReadOnlyList<string>> ReadDatabaseSourcesAsync(CancellationToken ct)
    {
        await using var db = await catalogs.CreateDbContextAsync(ct);
        return [.. settings.EgressNetworks.Union((await DatabasePeers.AllAsync(db, ct)).Select(a => $"{a}/32"), StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }
}
