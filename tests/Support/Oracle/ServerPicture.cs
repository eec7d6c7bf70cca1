using Npgsql;

namespace Support;

/// <summary>What one PostgreSQL server holds.</summary>
internal sealed record ServerPicture(
    IReadOnlyList<ServerPicture.Database> Databases, IReadOnlyList<ServerPicture.Role> Roles, IReadOnlyList<string> Slots, IReadOnlyList<string> Subscriptions)
{
    public static async Task<ServerPicture> ReadAsync(NpgsqlConnection server)
    {
        const string databases = """
            select datname, shobj_description(d.oid, 'pg_database'), datconnlimit = -2, datallowconn, shobj_description(datdba, 'pg_authid'),
                   (select split_part(setting, '=', 2) from pg_db_role_setting s, unnest(s.setconfig) setting
                    where s.setdatabase = d.oid and s.setrole = 0 and setting like 'controlplane.tenant\_id=%')
            from pg_database d where datname not in ('postgres', 'template0', 'template1')
            """;
        const string roles = "select rolname, shobj_description(oid, 'pg_authid'), rolcanlogin from pg_roles";
        return new ServerPicture(
            await server.ReadAsync(
                databases,
                row => new Database(row.GetString(0), row.Text(1), row.GetBoolean(2), row.GetBoolean(3), row.Text(4), row.Text(5))),
            await server.ReadAsync(roles, row => new Role(row.GetString(0), row.Text(1), row.GetBoolean(2))),
            await server.ReadAsync("select slot_name || ' of ' || coalesce(database, 'nobody') from pg_replication_slots", row => row.GetString(0)),
            await server.ReadAsync("select subname || ' of ' || datname from pg_subscription s join pg_database d on d.oid = s.subdbid", row => row.GetString(0)));
    }

    /// <param name="Mark">Its comment.</param>
    /// <param name="IsBroken">A DROP DATABASE was killed half-way.</param>
    /// <param name="OwnerMark">Its owner's comment.</param>
    /// <param name="Tenant">What it says about whose it is.</param>
    internal sealed record Database(string Name, string? Mark, bool IsBroken, bool IsOpen, string? OwnerMark, string? Tenant);

    internal sealed record Role(string Name, string? Mark, bool CanLogin);
}
