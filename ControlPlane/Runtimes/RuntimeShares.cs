using ControlPlane.Access;
using Npgsql;
using NpgsqlTypes;
using TenantRuntime.Connections;

namespace ControlPlane.Runtimes;

/// <summary>
/// What runtimes may hold open on each server. The shares are in the catalog, so that any control plane may answer. A runtime
/// that is not heard of gives its share back.
/// </summary>
public sealed class RuntimeShares(NpgsqlDataSource catalog)
{
    /// <summary>Runtimes ask about once a second.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Notes what a runtime needs and answers what it may hold; servers that its key does not see are left out. One that still serves a
    /// tenant which has moved away gets its share where that tenant lives.
    /// </summary>
    public async Task<IReadOnlyList<ServerShare>> GrantAsync(BudgetRequest request, Caller caller, CancellationToken ct)
    {
        var demands = request.Servers.ToDictionary(s => s.ServerId);
        await using var connection = await catalog.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var budgets = await LockAsync(connection, [.. demands.Keys], caller.ServerIds?.ToArray(), ct);
        var known = await ReadAsync(connection, [.. budgets.Keys], ct);
        var mine = budgets.ToDictionary(b => b.Key, b =>
        {
            var demand = demands[b.Key];
            var others = known[b.Key].Where(r => r.KeyId != caller.KeyId || !string.Equals(r.Instance, request.Instance, StringComparison.Ordinal));
            var me = new RuntimeShare(caller.KeyId!.Value, request.Instance, demand.InUse, demand.Wanted, Share: 0);
            return me with { Share = FairShare.Of(me, b.Value, [me, .. others]) };
        });
        var shares = await KeepAsync(connection, mine, ct);
        await transaction.CommitAsync(ct);
        return shares;
    }

    /// <summary>The budgets of the servers that are there; nobody else divides them until the transaction ends.</summary>
    /// <param name="seen">By the key; null is every server.</param>
    private static async Task<Dictionary<Guid, int>> LockAsync(NpgsqlConnection connection, Guid[] servers, Guid[]? seen, CancellationToken ct)
    {
        // A lost share is asked for again within a second, so nobody waits for the disk.
        await using var command = new NpgsqlCommand(
            """
            select id, max_connections, pg_advisory_xact_lock(hashtextextended('runtime_shares:' || id, 0)), set_config('synchronous_commit', 'off', true)
            from servers s where id = any($1) and state <> 'removed'
              and ($2 is null or id = any($2) or exists (
                select from moves m join tenant_databases left_behind on left_behind.id in (m.id, m.source_id) and left_behind.state <> 'dropped'
                join tenant_databases home on home.id in (m.id, m.source_id)
                where m.state in ('soaking', 'returned') and left_behind.server_id = any($2) and home.server_id = s.id))
            order by id
            """,
            connection) { Parameters = { new() { Value = servers }, new() { Value = (object?)seen ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid } } };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var budgets = new Dictionary<Guid, int>();
        while (await reader.ReadAsync(ct))
        {
            budgets.Add(reader.GetGuid(0), reader.GetInt32(1));
        }

        return budgets;
    }

    /// <summary>
    /// Everybody on the servers who is heard of. Where nobody is, the control plane itself was away: then all of them get one more
    /// lease to be heard, since they hold what they held.
    /// </summary>
    private static async Task<ILookup<Guid, RuntimeShare>> ReadAsync(NpgsqlConnection connection, Guid[] servers, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            with newest as (select server_id, max(until) as until from runtime_shares where server_id = any(@servers) group by server_id)
            update runtime_shares s set until = clock_timestamp() + @lease
            from newest n where n.server_id = s.server_id and n.until < clock_timestamp();
            delete from runtime_shares where server_id = any(@servers) and until < clock_timestamp();
            select server_id, key_id, instance, held, wanted, share from runtime_shares where server_id = any(@servers)
            """,
            connection);
        command.Parameters.AddWithValue("servers", servers);
        command.Parameters.AddWithValue("lease", Lease);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var shares = new List<(Guid Server, RuntimeShare Share)>();
        while (await reader.ReadAsync(ct))
        {
            shares.Add((reader.GetGuid(0), new(reader.GetGuid(1), reader.GetString(2), reader.GetInt32(3), reader.GetInt32(4), reader.GetInt32(5))));
        }

        return shares.ToLookup(s => s.Server, s => s.Share);
    }

    private static async Task<IReadOnlyList<ServerShare>> KeepAsync(NpgsqlConnection connection, Dictionary<Guid, RuntimeShare> mine, CancellationToken ct)
    {
        if (mine.Count == 0)
        {
            return [];
        }

        var me = mine.Values.First();
        await using var command = new NpgsqlCommand(
            """
            insert into runtime_shares (server_id, key_id, instance, held, wanted, share, until)
            select server, $1, $2, held, wanted, share, clock_timestamp() + $3 from unnest($4, $5, $6, $7) as m (server, held, wanted, share)
            on conflict (server_id, key_id, instance) do update
            set held = excluded.held, wanted = excluded.wanted, share = excluded.share, until = excluded.until
            returning server_id, share, until
            """,
            connection);
        object[] values =
        [
            me.KeyId, me.Instance, Lease, mine.Keys.ToArray(), mine.Values.Select(m => m.Held).ToArray(), mine.Values.Select(m => m.Wanted).ToArray(),
            mine.Values.Select(m => m.Share).ToArray(),
        ];
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        await using var reader = await command.ExecuteReaderAsync(ct);
        var shares = new List<ServerShare>();
        while (await reader.ReadAsync(ct))
        {
            shares.Add(new(reader.GetGuid(0), reader.GetInt32(1), reader.GetFieldValue<DateTimeOffset>(2)));
        }

        return shares;
    }
}
