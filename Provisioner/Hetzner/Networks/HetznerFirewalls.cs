using Provisioner.Hetzner.Actions;

namespace Provisioner.Hetzner.Networks;

/// <summary>The firewalls of our project. One that is still on something cannot be deleted.</summary>
public sealed class HetznerFirewalls : HetznerCollection<HetznerFirewall>
{
    internal HetznerFirewalls(HetznerApi api, TimeProvider time)
        : base(api, "firewalls", "firewall", HetznerJson.Default.HetznerFirewall, time)
    {
    }

    /// <summary>Makes the firewall; one of that name that is ours already is adopted and gets these rules.</summary>
    /// <exception cref="ForeignObjectException">A firewall of that name is not ours.</exception>
    public async Task<Creation<HetznerFirewall>> EnsureAsync(FirewallRequest request, Ownership owner, CancellationToken ct)
    {
        var owned = request with { Labels = LabelSyntax.Owned(owner, request.Labels) };
        var made = await EnsureAsync(request.Name, owner, () => CreateAsync(owned, HetznerJson.Default.FirewallRequest, ct), ct);
        if (!made.Adopted || made.Object.Rules.ToHashSet().SetEquals(request.Rules))
        {
            return made;
        }

        return made with { Object = made.Object with { Rules = request.Rules }, Actions = await SetRulesAsync(made.Object.Id, request.Rules, ct) };
    }

    /// <summary>Replaces all rules.</summary>
    public Task<IReadOnlyList<HetznerAction>> SetRulesAsync(long id, IReadOnlyList<FirewallRule> rules, CancellationToken ct) =>
        ActAsync(id, "set_rules", new RulesBody(rules), HetznerJson.Default.RulesBody, ct);

    /// <exception cref="HetznerException"><c>firewall_already_applied</c>: it is on one of them.</exception>
    public Task<IReadOnlyList<HetznerAction>> ApplyAsync(long id, IReadOnlyList<FirewallTarget> targets, CancellationToken ct) =>
        ActAsync(id, "apply_to_resources", new ApplyBody(targets), HetznerJson.Default.ApplyBody, ct);

    /// <exception cref="HetznerException"><c>firewall_already_removed</c>: it is not on one of them.</exception>
    public Task<IReadOnlyList<HetznerAction>> RemoveAsync(long id, IReadOnlyList<FirewallTarget> targets, CancellationToken ct) =>
        ActAsync(id, "remove_from_resources", new RemoveBody(targets), HetznerJson.Default.RemoveBody, ct);
}
