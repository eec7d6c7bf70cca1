namespace Support;

/// <summary>Compares one server with the catalog, in both directions.</summary>
internal sealed class ServerCheck(CatalogPicture.Server server, CatalogPicture catalog, ServerPicture there)
{
    private readonly string ours = $"controlplane:{catalog.Installation}:";
    private readonly Dictionary<string, ServerPicture.Database> databases = there.Databases.ToDictionary(d => d.Name, StringComparer.Ordinal);
    private readonly Dictionary<string, ServerPicture.Role> roles = there.Roles.ToDictionary(r => r.Name, StringComparer.Ordinal);

    public IEnumerable<string> Faults() => Missing().Concat(MissingTemplates()).Concat(OrphanDatabases()).Concat(OrphanRoles()).Concat(OrphanReplication())
        .Select(fault => $"server {server.Name}: {fault}");

    /// <summary>What the catalog says must be there.</summary>
    private IEnumerable<string> Missing()
    {
        foreach (var row in catalog.Databases.Values.Where(d => d.Server == server.Id && d.MustBeWhole))
        {
            if (!databases.TryGetValue(row.Name, out var database))
            {
                yield return $"the {row} is not there";
            }
            else
            {
                foreach (var fault in Wrong(row, database))
                {
                    yield return fault;
                }
            }

            foreach (var fault in WrongRoles(row))
            {
                yield return fault;
            }
        }
    }

    private IEnumerable<string> Wrong(CatalogPicture.Database row, ServerPicture.Database database)
    {
        if (database.Mark != ours + row.Id)
        {
            yield return $"the {row} does not carry our mark, but '{database.Mark}'";
        }

        if (database.IsBroken || !database.IsOpen)
        {
            yield return $"the {row} lets nobody in: it is half made or half dropped";
        }

        if (database.Tenant != row.Tenant?.ToString())
        {
            yield return $"the {row} says that it belongs to {database.Tenant ?? "nobody"}, the catalog says {row.Tenant?.ToString() ?? "nobody"}";
        }
    }

    private IEnumerable<string> WrongRoles(CatalogPicture.Database row)
    {
        foreach (var role in new[] { row.Login, row.Owner })
        {
            if (!roles.TryGetValue(role, out var found))
            {
                yield return $"role {role} of the {row} is not there";
            }
            else if (found.Mark != ours + row.Id)
            {
                yield return $"role {role} of the {row} does not carry our mark, but '{found.Mark}'";
            }
        }

        var mayLogIn = row.TenantState is not ("deleted" or "purged") && row.State != "retained";
        if (roles.TryGetValue(row.Login, out var login) && login.CanLogin != mayLogIn)
        {
            yield return $"the login of the {row} is {(mayLogIn ? "closed" : "open, though the tenant is " + row.TenantState)}";
        }

        if (roles.TryGetValue(row.Owner, out var owner) && owner.CanLogin)
        {
            yield return $"the owner role of the {row} can log in";
        }
    }

    private IEnumerable<string> MissingTemplates() =>
        from template in catalog.Templates
        where template.Server == server.Id && databases.GetValueOrDefault(template.Name)?.Mark != $"{ours}template:{template.Fingerprint}"
        select $"template {template.Name} is not there as it was built";

    /// <summary>What is there and ours, but should not be.</summary>
    private IEnumerable<string> OrphanDatabases()
    {
        foreach (var database in there.Databases)
        {
            if (database.Mark is null && IsOurs(database.OwnerMark))
            {
                yield return $"database {database.Name} is unfinished and left over";
            }
            else if (!IsOurs(database.Mark))
            {
                continue;
            }
            else if (Row(database.Mark) is { } row)
            {
                if (row.MustBeGone || row.Name != database.Name || row.Server != server.Id)
                {
                    yield return $"database {database.Name} is there for the {row}, which should not be there";
                }
            }
            else if (!catalog.Templates.Any(t => t.Server == server.Id && t.Name == database.Name))
            {
                yield return $"database {database.Name} is ours, but the catalog does not know it";
            }
        }
    }

    private IEnumerable<string> OrphanRoles()
    {
        foreach (var role in there.Roles.Where(r => IsOurs(r.Mark)))
        {
            if (Row(role.Mark) is { } row)
            {
                if (row.MustBeGone || row.Server != server.Id || (role.Name != row.Login && role.Name != row.Owner && !MovesOf(row).Any(m => role.Name == MoveName("m_", m))))
                {
                    yield return $"role {role.Name} is there for the {row}, which should not be there";
                }
            }
            else if (!catalog.Templates.Any(t => t.Server == server.Id && role.Name == $"o_{t.Name}"))
            {
                yield return $"role {role.Name} is ours, but the catalog does not know it";
            }
        }
    }

    /// <summary>Slots keep the server's WAL for ever where nobody reads them.</summary>
    private IEnumerable<string> OrphanReplication()
    {
        var slots = catalog.Moves.Select(m => $"{MoveName("mb_", m)} of {catalog.Databases[m.Id].Name}");
        var subscriptions = catalog.Moves.Select(m => $"{MoveName("mb_", m)} of {catalog.Databases[m.Source].Name}");
        return there.Slots.Except(slots, StringComparer.Ordinal).Select(s => $"the replication slot {s} is left over")
            .Concat(there.Subscriptions.Except(subscriptions, StringComparer.Ordinal).Select(s => $"the subscription {s} is left over"));
    }

    private IEnumerable<CatalogPicture.Move> MovesOf(CatalogPicture.Database row) => catalog.Moves.Where(m => m.Id == row.Id || m.Source == row.Id);

    /// <summary>The new database has the move's id, so their names differ in what comes first only.</summary>
    private string MoveName(string prefix, CatalogPicture.Move move) => prefix + catalog.Databases[move.Id].Name["t_".Length..];

    private bool IsOurs(string? mark) => mark?.StartsWith(ours, StringComparison.Ordinal) == true;

    private CatalogPicture.Database? Row(string? mark) =>
        Guid.TryParse(mark.AsSpan(ours.Length), out var id) ? catalog.Databases.GetValueOrDefault(id) : null;
}
