using ControlPlane.Catalog;
using Provisioner.Moves;
using Provisioner.Postgres;

namespace ControlPlane.Servers;

/// <summary>Finds every difference between one server and the catalog. Looks only; what to do is in each difference.</summary>
internal sealed class Comparison(Guid server, ServerContents seen, CatalogSide catalog, Healing healing, Installation installation)
{
    private readonly string ours = installation.Id.ToString("N");
    private readonly Dictionary<string, DatabaseOnServer> databases = seen.Databases.ToDictionary(d => d.Name, StringComparer.Ordinal);
    private readonly Dictionary<string, RoleOnServer> roles = seen.Roles.ToDictionary(r => r.Name, StringComparer.Ordinal);

    public IEnumerable<Difference> Find() =>
        catalog.Databases.Values.Where(r => !r.IsBusy).SelectMany(FromCatalog)
            .Concat(seen.Databases.SelectMany(FromServer))
            .Concat(seen.Roles.SelectMany(FromServer))
            .Concat(FromTemplates())
            .Concat(FromSlots());

    private IEnumerable<Difference> FromCatalog(CatalogSide.Row row)
    {
        var name = new TenantDatabaseName(row.Id);
        if (row.State is "creating" or "dropping")
        {
            yield return new(
                "leftover", row.Name, $"Nobody works on {row.Name}, which is {row.State}.", "It is dropped by itself.", ct => healing.DropAsync(row.Id, ct));
        }

        if (!row.ShouldExist)
        {
            yield break;
        }

        if (!databases.TryGetValue(row.Name, out var database) || !database.IsUsable)
        {
            yield return new(
                "database_missing", row.Name, $"{Whose(row)} is in the catalog, but not on the server.",
                "Somebody dropped it. Restore it from a backup; it is never made anew empty.");
            yield break;
        }

        foreach (var role in new[] { name.Owner, name.Login }.Where(r => !roles.ContainsKey(r)))
        {
            yield return new("role_missing", role, $"Role {role} of {Whose(row)} is not on the server.", "Find out who dropped it, and create it again with its grants.");
        }

        if (row.State == "assigned")
        {
            foreach (var difference in FromTenant(row, name, database))
            {
                yield return difference;
            }
        }
    }

    private IEnumerable<Difference> FromTenant(CatalogSide.Row row, TenantDatabaseName name, DatabaseOnServer database)
    {
        if (database.TenantId is null)
        {
            yield return new(
                "unbound", row.Name, $"{Whose(row)} does not say whose it is.", "It is written into it by itself.",
                ct => healing.BindAsync(name, row.Tenant!.Value, ct));
        }
        else if (database.TenantId != row.Tenant)
        {
            yield return new(
                "wrong_tenant", row.Name, $"{Whose(row)} says that it belongs to tenant {database.TenantId}.",
                "Runtimes refuse it. Find out which of the two is right before anything else.");
        }

        var shouldLogIn = row.TenantState is "active" or "suspended";
        if (roles.TryGetValue(name.Login, out var login) && login.CanLogin != shouldLogIn)
        {
            yield return new(
                "login_differs", row.Name, $"The login of {Whose(row)} is {(login.CanLogin ? "open" : "closed")}; the tenant is {row.TenantState}.",
                "It is set right by itself.", ct => healing.SetLoginAsync(name, shouldLogIn, ct));
        }

        if (row.IsServed && !row.HasWantedRoute(server))
        {
            yield return new(
                "route_differs", row.Slug!, $"The route of '{row.Slug}' is not what its state asks for.", "It is published again by itself.",
                ct => healing.PublishAsync(row.Tenant!.Value, row.WantedRoute, ct));
        }
        else if (row.TenantState is "deleted" or "purged" && row.RouteRemoved == false)
        {
            yield return new(
                "route_differs", row.Slug!, $"'{row.Slug}' is {row.TenantState} and still has a route.", "It is removed by itself.",
                ct => healing.RemoveRouteAsync(row.Tenant!.Value, ct));
        }
    }

    private IEnumerable<Difference> FromServer(DatabaseOnServer database)
    {
        if (database.Tag is not { } tag || tag.Installation != ours)
        {
            if (TenantDatabaseName.TryParse(database.Name, out var name) && !catalog.Databases.ContainsKey(name.Id))
            {
                yield return new(
                    "foreign_database", database.Name, $"Database {database.Name} has the form of a tenant's, but this installation did not make it.",
                    "Find out whose it is. It is never touched.");
            }

            yield break;
        }

        if (tag.TenantDatabaseId is { } id)
        {
            foreach (var difference in Leftover("database", database.Name, id))
            {
                yield return difference;
            }
        }
    }

    private IEnumerable<Difference> FromServer(RoleOnServer role)
    {
        if (role.Tag is not { TenantDatabaseId: { } id } tag || tag.Installation != ours)
        {
            yield break;
        }

        if (role.IsPrivileged && catalog.Databases.GetValueOrDefault(id)?.HasRole(role.Name) != true)
        {
            yield return new(
                "role_privileged", role.Name, $"Role {role.Name} has rights that no tenant's role may have.", "Take them away, and find out who gave them.");
        }

        foreach (var difference in Leftover("role", role.Name, id))
        {
            yield return difference;
        }
    }

    private IEnumerable<Difference> Leftover(string kind, string name, Guid id)
    {
        if (!catalog.Databases.TryGetValue(id, out var row))
        {
            yield return new(
                $"unknown_{kind}", name, $"The {kind} {name} carries this installation's mark, but the catalog does not know it.",
                "Was the catalog restored from an older backup? It is never dropped by itself.");
        }
        else if (row is { State: "dropped", IsBusy: false })
        {
            yield return new(
                "leftover", row.Name, $"The {kind} {name} should be gone.", "It is dropped by itself.", ct => healing.DropAsync(id, ct));
        }
    }

    /// <summary>A slot that nobody reads makes its server keep what was written since, for ever.</summary>
    private IEnumerable<Difference> FromSlots() =>
        from slot in seen.Slots
        where MoveNames.IsSlot(slot.Name) && !catalog.Slots.Contains(slot.Name) && databases.GetValueOrDefault(slot.Database)?.Tag?.Installation == ours
        select new Difference(
            "slot_left", slot.Name, $"Replication slot {slot.Name} of {slot.Database} is of a move that is over.", "It is dropped by itself.", ct => healing.DropSlotAsync(slot, ct));

    private IEnumerable<Difference> FromTemplates()
    {
        foreach (var (name, fingerprint) in catalog.Templates)
        {
            if (!databases.TryGetValue(name, out var template))
            {
                yield return new("template_missing", name, $"Template {name} is gone.", "It is built again when it is needed.", ct => healing.ForgetTemplateAsync(server, name, ct));
            }
            else if (template.Tag?.Fingerprint != fingerprint)
            {
                yield return new("template_differs", name, $"Template {name} is not the one that was built.", "Drop it; it is built again when it is needed.");
            }
        }
    }

    private static string Whose(CatalogSide.Row row) => row.Slug is null ? $"Database {row.Name}" : $"Database {row.Name} of '{row.Slug}'";
}
