using ControlPlane.Catalog;
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
public sealed class CloudBasics(HetznerClient hetzner, MachineAccess access, Installation installation, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim alone = new(1);
    private (long Key, long Firewall, HetznerPricing Prices, long At)? known;

    /// <summary>Name of what there is once for each installation.</summary>
    public string Name => $"controlplane-{installation.Id:N}"[..25];

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

    public void Dispose() => alone.Dispose();

    private async Task<(long Key, long Firewall, HetznerPricing Prices, long At)> EnsureAsync(CancellationToken ct)
    {
        var owner = new Ownership(installation.Id.ToString("N"), installation.Id);
        var pair = await access.KeyAsync(ct);
        var key = await hetzner.SshKeys.EnsureAsync(new SshKeyRequest(Name, pair.PublicKey), owner, ct);
        var firewall = await hetzner.Firewalls.EnsureAsync(
            new FirewallRequest(Name, [FirewallRule.AllowTcp(22, "SSH"), FirewallRule.AllowTcp(80, "HTTP"), FirewallRule.AllowTcp(443, "HTTPS")]), owner, ct);
        await hetzner.Actions.WaitAsync(firewall.Actions, ct);
        return (key.Object.Id, firewall.Object.Id, await hetzner.GetPricingAsync(ct), time.GetTimestamp());
    }
}
