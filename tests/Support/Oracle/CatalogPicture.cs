using Npgsql;

namespace Support;

/// <summary>What the catalog says must be on servers and on disk.</summary>
/// <param name="Installation">Part of the mark on everything that is ours.</param>
/// <param name="Databases">All of them, the dropped ones too, by id.</param>
/// <param name="Dumps">Slugs by the file of their last dump.</param>
internal sealed record CatalogPicture(
    string Installation,
    IReadOnlyList<CatalogPicture.Server> Servers,
    IReadOnlyDictionary<Guid, CatalogPicture.Database> Databases,
    IReadOnlyList<CatalogPicture.Template> Templates,
    IReadOnlyDictionary<string, string> Dumps,
    IReadOnlyList<CatalogPicture.Move> Moves)
{
    public static async Task<CatalogPicture> ReadAsync(NpgsqlConnection catalog)
    {
        const string databases = """
            select d.id, d.server_id, d.name, d.state, case d.state when 'warm' then coalesce(d.tenant_id, d.made_for) else d.tenant_id end, t.slug, t.state
            from tenant_databases d left join tenants t on t.id = d.tenant_id
            """;
        return new CatalogPicture(
            (await catalog.ReadAsync("select id from installation", row => row.GetGuid(0).ToString("N"))).Single(),
            await catalog.ReadAsync("select id, name from servers where state <> 'removed'", row => new Server(row.GetGuid(0), row.GetString(1))),
            (await catalog.ReadAsync(
                databases,
                row => new Database(row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetString(3), row.Id(4), row.Text(5), row.Text(6))))
                .ToDictionary(d => d.Id),
            await catalog.ReadAsync(
                "select server_id, database, fingerprint from templates", row => new Template(row.GetGuid(0), row.GetString(1), row.GetString(2))),
            (await catalog.ReadAsync("select last_dump, slug from tenants where last_dump is not null", row => (File: row.GetString(0), Slug: row.GetString(1))))
                .ToDictionary(d => d.File, d => d.Slug, StringComparer.Ordinal),
            await catalog.ReadAsync("select id, source_id from moves where state = 'soaking'", row => new Move(row.GetGuid(0), row.GetGuid(1))));
    }

    internal sealed record Server(Guid Id, string Name);

    /// <summary>One whose way back is open: its two databases have a role, a slot or a subscription more than others.</summary>
    /// <param name="Id">Also of the database that the tenant has now.</param>
    internal sealed record Move(Guid Id, Guid Source);

    internal sealed record Template(Guid Server, string Name, string Fingerprint);

    /// <param name="Tenant">Whose id must be written in it; a warm one's is that of its tenant to come.</param>
    internal sealed record Database(Guid Id, Guid Server, string Name, string State, Guid? Tenant, string? Slug, string? TenantState)
    {
        public string Login => Name;

        public string Owner => "o_" + Name["t_".Length..];

        /// <summary>What is half made or half gone is named by the catalog's own questions.</summary>
        public bool MustBeWhole => State is "warm" or "assigned" or "retained";

        public bool MustBeGone => State == "dropped";

        public override string ToString() => Slug is null ? $"{State} database {Name}" : $"{State} database {Name} of tenant {Slug}";
    }
}
