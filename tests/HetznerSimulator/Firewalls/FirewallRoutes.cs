using HetznerSimulator.Actions;
using HetznerSimulator.Http;
using HetznerSimulator.Resources;

namespace HetznerSimulator.Firewalls;

/// <summary>Firewalls: their rules, and what they are applied to. Nothing filters packets; a host's own firewall does.</summary>
internal static class FirewallRoutes
{
    /// <summary>A server holds no more firewalls than this.</summary>
    private const int MaxPerServer = 5;

    public static void Map(Routes api)
    {
        ResourceRoutes.Map(api, "firewalls", cloud => cloud.Firewalls, (cloud, firewall) => firewall.Show(cloud));
        ResourceRoutes.MapDelete(api, "firewalls", cloud => cloud.Firewalls, (cloud, firewall) =>
        {
            if (firewall.Selectors.Count > 0 || firewall.ServerIds.Count > 0)
            {
                throw new CloudException("resource_in_use", $"firewall '{firewall.Name}' is still applied to a resource");
            }
        });
        api.Post("/firewalls", Create);
        api.Post("/firewalls/{id}/actions/set_rules", SetRules);
        api.Post("/firewalls/{id}/actions/apply_to_resources", Apply);
        api.Post("/firewalls/{id}/actions/remove_from_resources", Remove);
    }

    /// <summary>The firewalls, where they are not too many for one server.</summary>
    public static IReadOnlyList<Firewall> ForNewServer(IReadOnlyList<Firewall> firewalls) =>
        firewalls.Count <= MaxPerServer ? firewalls : throw CloudException.LimitReached("firewalls_per_server");

    private static Answer Create(Cloud cloud, Call call)
    {
        var name = call.Body.Required("name");
        var rules = FirewallRule.ReadAll(call.Body);
        var targets = NewTargets(cloud, call.Body);
        cloud.Firewalls.MakeRoomFor(name);
        var firewall = cloud.Firewalls.Add(new() { Id = cloud.NextId(), Name = name, Created = cloud.Now, Labels = call.Body.Labels() ?? Labels.None, Rules = rules });
        var actions = rules.Count == 0 ? [] : Acts(cloud, firewall, "set_firewall_rules", []);
        foreach (var target in targets)
        {
            Attach(firewall, target);
        }

        return Answer.Created(new { Firewall = firewall.Show(cloud), Actions = actions.Concat(targets.Count == 0 ? [] : Acts(cloud, firewall, "apply_firewall", targets)).ToList() });
    }

    private static Answer SetRules(Cloud cloud, Call call)
    {
        var firewall = cloud.Firewalls.Get(call.Id());
        var rules = FirewallRule.ReadAll(call.Body);
        cloud.Actions.RefuseIfLocked(new(firewall.Id, "firewall"));
        firewall.Rules = rules;
        return Answer.Created(new { Actions = Acts(cloud, firewall, "set_firewall_rules", []) });
    }

    private static Answer Apply(Cloud cloud, Call call)
    {
        var firewall = cloud.Firewalls.Get(call.Id());
        var targets = NewTargets(cloud, call.Body);
        cloud.Actions.RefuseIfLocked(new(firewall.Id, "firewall"));
        if (targets.Any(t => t.Selector is null ? firewall.ServerIds.Contains(t.ServerId) : firewall.Selectors.Contains(t.Selector)))
        {
            throw new CloudException("firewall_already_applied", $"firewall '{firewall.Name}' is already applied to a resource");
        }

        foreach (var target in targets)
        {
            Attach(firewall, target);
        }

        return Answer.Created(new { Actions = Acts(cloud, firewall, "apply_firewall", targets) });
    }

    private static Answer Remove(Cloud cloud, Call call)
    {
        var firewall = cloud.Firewalls.Get(call.Id());
        var targets = Targets(cloud, call.Body.Objects("remove_from"));
        cloud.Actions.RefuseIfLocked(new(firewall.Id, "firewall"));
        foreach (var target in targets)
        {
            if (!(target.Selector is null ? firewall.ServerIds.Remove(target.ServerId) : firewall.Selectors.Remove(target.Selector)))
            {
                throw new CloudException("firewall_already_removed", $"firewall '{firewall.Name}' is not applied to a resource");
            }
        }

        return Answer.Created(new { Actions = Acts(cloud, firewall, "remove_firewall", targets) });
    }

    private static void Attach(Firewall firewall, Target target)
    {
        if (target.Selector is not null)
        {
            firewall.Selectors.Add(target.Selector);
            return;
        }

        firewall.ServerIds.Add(target.ServerId);
    }

    /// <summary>One action on the firewall for each target; where there is none, one on the firewall alone.</summary>
    private static List<object> Acts(Cloud cloud, Firewall firewall, string command, IReadOnlyList<Target> targets) =>
        [.. targets.Select(t => t.Selector is null ? new ActionTarget(t.ServerId, "server") : (ActionTarget?)null).DefaultIfEmpty(null)
            .Select(server => cloud.Actions.Start(command, server is { } s ? [new(firewall.Id, "firewall"), s] : [new(firewall.Id, "firewall")]).Show())];

    private static List<Target> NewTargets(Cloud cloud, Body body)
    {
        var targets = Targets(cloud, body.Objects("apply_to"));
        return targets.Exists(t => t.Selector is null && cloud.Firewalls.All.Count(f => f.ServerIds.Contains(t.ServerId)) >= MaxPerServer)
            ? throw CloudException.LimitReached("firewalls_per_server")
            : targets;
    }

    private static List<Target> Targets(Cloud cloud, IReadOnlyList<Body> resources) => [.. resources.Select(r => r.Required("type") switch
    {
        "server" => r.Object("server")?.RequiredNumber("id") is { } id && cloud.Servers.Find(id) is not null
            ? new Target(id, null)
            : throw new CloudException("firewall_resource_not_found", "the server that the firewall should be applied to was not found"),
        "label_selector" => Selector(r.Object("label_selector")?.Required("selector") ?? throw r.Invalid("label_selector", "is required")),
        _ => throw r.Invalid("type", "must be 'server' or 'label_selector'"),
    })];

    private static Target Selector(string selector)
    {
        // Thrown out here when it is none.
        _ = new LabelSelector(selector);
        return new Target(0, selector);
    }

    private sealed record Target(long ServerId, string? Selector);
}
