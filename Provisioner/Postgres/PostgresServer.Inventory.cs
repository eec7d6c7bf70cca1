using Npgsql;

namespace Provisioner.Postgres;

public sealed partial class PostgresServer
{
    /// <summary>Everything that is on the server, for comparing it with the catalog.</summary>
    public async Task<ServerContents> ListAsync(CancellationToken ct)
    {
        await using var connection = await maintenance.OpenConnectionAsync(ct);
        return new ServerContents(await ListDatabasesAsync(connection, ct), await ListRolesAsync(connection, ct), await ListSlotsAsync(connection, ct));
    }

    /// <summary>How full the server is and how it is set up.</summary>
    public async Task<ServerState> InspectAsync(CancellationToken ct)
    {
        const string sql =
            """
            select current_setting('server_version'), current_setting('server_version_num')::int / 10000,
                   current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
                   (select count(*)::int from pg_stat_activity where backend_type = 'client backend'),
                   (select count(*)::int from pg_database where not datistemplate and datname <> 'postgres'),
                   (select count(*)::int from pg_replication_slots where not active),
                   array(select name from pg_settings where name = any($1) order by name),
                   array(select current_setting(name) from pg_settings where name = any($1) order by name)
            """;
        string[] settings =
        [
            "autovacuum_naptime", "data_checksums", "fsync", "full_page_writes", "max_replication_slots", "max_slot_wal_keep_size", "max_wal_senders",
            "password_encryption", "shared_buffers", "ssl", "wal_level",
        ];
        await using var command = maintenance.CreateCommand(sql);
        command.Parameters.Add(new() { Value = settings });
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new ServerState(
            reader.GetString(0),
            reader.GetInt32(1),
            reader.GetInt32(2),
            reader.GetInt32(3),
            reader.GetInt32(4),
            reader.GetInt32(5),
            reader.GetFieldValue<string[]>(6).Zip(reader.GetFieldValue<string[]>(7)).ToDictionary(s => s.First, s => s.Second, StringComparer.Ordinal));
    }

    /// <summary>Bytes of each database on disk, by its name. Looks at every file, so it takes about a millisecond per database.</summary>
    public async Task<IReadOnlyDictionary<string, long>> MeasureAsync(CancellationToken ct)
    {
        var bytes = new Dictionary<string, long>(StringComparer.Ordinal);
        await using var command = maintenance.CreateCommand("select datname, pg_database_size(oid) from pg_database where datconnlimit <> -2");
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            bytes.Add(reader.GetString(0), reader.GetInt64(1));
        }

        return bytes;
    }

    private static async Task<IReadOnlyList<DatabaseOnServer>> ListDatabasesAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        const string sql =
            """
            select datname, c.description, r.rolname, datconnlimit, datallowconn,
                   (select substring(setting from '^controlplane\.tenant_id=(.*)$') from unnest(setconfig) setting where setting like 'controlplane.tenant\_id=%')
            from pg_database d
            join pg_authid r on r.oid = datdba
            left join pg_db_role_setting s on s.setdatabase = d.oid and s.setrole = 0
            left join pg_shdescription c on c.objoid = d.oid and c.classoid = 'pg_database'::regclass
            where datname not in ('postgres', 'template0', 'template1')
            order by datname
            """;
        var databases = new List<DatabaseOnServer>();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var comment = reader.GetValue(1) as string;
            var limit = reader.GetInt32(3);
            databases.Add(new DatabaseOnServer(
                reader.GetString(0), comment, ObjectTag.Parse(comment), reader.GetString(2), limit, reader.GetBoolean(4), limit != -2,
                Guid.TryParse(reader.GetValue(5) as string, out var tenant) ? tenant : null));
        }

        return databases;
    }

    private static async Task<IReadOnlyList<RoleOnServer>> ListRolesAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        // Of pg_authid, because the view pg_roles also gathers each role's settings.
        const string sql =
            """
            with recursive powerful as (
              select member from pg_auth_members join pg_authid a on a.oid = roleid where rolname like 'pg\_%'
              union
              select m.member from pg_auth_members m join powerful on m.roleid = powerful.member
            )
            select r.rolname, c.description, rolcanlogin, rolconnlimit,
                   rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls or r.oid in (select member from powerful)
            from pg_authid r
            left join pg_shdescription c on c.objoid = r.oid and c.classoid = 'pg_authid'::regclass
            where r.rolname not like 'pg\_%' and r.rolname <> current_user
            order by r.rolname
            """;
        var roles = new List<RoleOnServer>();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var comment = reader.GetValue(1) as string;
            roles.Add(new RoleOnServer(reader.GetString(0), comment, ObjectTag.Parse(comment), reader.GetBoolean(2), reader.GetInt32(3), reader.GetBoolean(4)));
        }

        return roles;
    }
}
