using ControlPlane.Access.Secrets;
using Npgsql;
using TenantRuntime.Routes;

namespace ControlPlane.Runtimes;

/// <summary>Reads routes as one runtime key may see them, with their secrets decrypted.</summary>
public sealed class RouteReader(NpgsqlDataSource catalog, SecretBox secrets)
{
    /// <summary>
    /// Everything published after a revision, oldest first. A route that lies outside <paramref name="servers"/>, or was
    /// removed, comes as a change without a route: whoever served it before must stop. For a while after a move the server that the
    /// tenant left still sees it: names may lead there as long as somebody remembers them.
    /// </summary>
    /// <param name="servers">The servers that the key sees; null for all.</param>
    public async Task<IReadOnlyList<RouteChange>> ReadAsync(long after, IReadOnlyCollection<Guid>? servers, CancellationToken ct)
    {
        const string sql = """
            select r.revision, r.tenant_id, r.removed, r.state, r.server_id, t.slug, t.plan,
                   p.users, p.storage_megabytes, p.requests_per_hour, p.connections,
                   s.host, s.port, d.name, d.id, d.password_secret,
                   (select array_agg(n.name order by n.name) from domains n where n.tenant_id = t.id and n.state = 'served'),
                   s.certificate,
                   (select array_agg(o.server_id) from moves m join tenant_databases o on o.id in (m.id, m.source_id) and o.state <> 'dropped'
                    where m.tenant_id = t.id and m.state in ('soaking', 'returned')),
                   r.back_at
            from routes r
            join tenants t on t.id = r.tenant_id
            join plans p on p.name = t.plan
            join servers s on s.id = r.server_id
            left join tenant_databases d on d.id = t.database_id
            where r.revision > @after
            order by r.revision
            """;
        await using var command = catalog.CreateCommand(sql);
        command.Parameters.AddWithValue("after", after);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var changes = new List<RouteChange>();
        while (await reader.ReadAsync(ct))
        {
            var (revision, tenant, server) = (reader.GetInt64(0), reader.GetGuid(1), reader.GetGuid(4));
            var hidden = reader.GetBoolean(2) || reader.IsDBNull(13) || !Sees(servers, server, reader);
            changes.Add(new RouteChange(revision, tenant, hidden ? null : ReadRoute(reader, revision, tenant, server)));
        }

        return changes;
    }

    /// <summary>All routes a key sees, at one revision.</summary>
    public async Task<RouteSnapshot> ReadAllAsync(IReadOnlyCollection<Guid>? servers, CancellationToken ct)
    {
        var changes = await ReadAsync(0, servers, ct);
        return new RouteSnapshot(changes.Count == 0 ? 0 : changes[^1].Revision, [.. changes.Select(c => c.Route).OfType<TenantRuntime.Routes.Route>()]);
    }

    /// <summary>The newest revision there is.</summary>
    public async Task<long> ReadHeadAsync(CancellationToken ct)
    {
        await using var command = catalog.CreateCommand("select revision from route_head");
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>Those of the server where the tenant lives, and of one that it has left lately.</summary>
    private static bool Sees(IReadOnlyCollection<Guid>? servers, Guid server, NpgsqlDataReader row) =>
        servers is null || servers.Contains(server) || (!row.IsDBNull(18) && row.GetFieldValue<Guid[]>(18).Any(servers.Contains));

    private TenantRuntime.Routes.Route ReadRoute(NpgsqlDataReader row, long revision, Guid tenant, Guid server) => new(
        tenant,
        row.GetString(5),
        row.IsDBNull(16) ? [] : row.GetFieldValue<string[]>(16),
        Enum.Parse<RouteState>(row.GetString(3), ignoreCase: true),
        row.GetString(6),
        new TenantLimits(Limit(row, 7), Limit(row, 8), Limit(row, 9), row.GetInt32(10)),
        server,
        row.GetString(11),
        row.GetInt32(12),
        row.GetString(13),
        secrets.Unprotect(row.GetString(15), SecretPlaces.DatabasePassword(row.GetGuid(14))),
        revision,
        row.IsDBNull(17) ? null : row.GetString(17),
        row.IsDBNull(19) ? null : row.GetFieldValue<DateTimeOffset>(19));

    private static int? Limit(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt32(column);
}
