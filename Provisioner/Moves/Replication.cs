using System.Text.RegularExpressions;
using Npgsql;
using NpgsqlTypes;
using static Provisioner.Postgres.SqlText;

namespace Provisioner.Moves;

/// <summary>
/// Rows that go from one database of a move to the other: a publication and a slot there, a subscription here, all of one name. Each
/// act may be repeated.
/// </summary>
/// <param name="from">Where rows are written.</param>
/// <param name="to">Where they are to be.</param>
/// <param name="name">One of <see cref="MoveNames"/>.</param>
public sealed partial class Replication(MoveSide from, MoveSide to, string name)
{
    /// <summary>A slot begins when all transactions of the whole server that wrote something have ended.</summary>
    private static readonly TimeSpan SlotPatience = TimeSpan.FromSeconds(30);

    /// <summary>Of everything, what comes later too. It must be older than the slot.</summary>
    public Task PublishAsync(CancellationToken ct) => from.ExecuteAsync(
        Block($"""
            if not exists (select from pg_publication where pubname = {Literal(name)}) then
              create publication {Name(name)} for all tables;
            end if;
            """),
        ct);

    /// <summary>From here on nothing is missed; the server keeps what the other side has not got yet.</summary>
    /// <exception cref="NpgsqlException">With <c>query_canceled</c>, which passes: somebody on that server is in the middle of a long transaction.</exception>
    public async Task KeepAsync(CancellationToken ct)
    {
        var milliseconds = (long)SlotPatience.TotalMilliseconds;
        await from.ExecuteAsync($"set statement_timeout = {milliseconds}", ct);
        try
        {
            await from.ScalarAsync<object>(
                "select (pg_create_logical_replication_slot($1, 'pgoutput')).slot_name::text where not exists (select from pg_replication_slots where slot_name = $1)", ct, name);
        }
        finally
        {
            await from.ExecuteAsync("reset statement_timeout", CancellationToken.None);
        }
    }

    /// <summary>
    /// Lets rows come in. While they are copied, commits wait for the disk: when a table is done, PostgreSQL notes that and drops the slot of its copy
    /// at the other server. A crash that forgot the note would look for that slot for ever (<see cref="FindLostCopiesAsync"/>).
    /// </summary>
    /// <param name="copy">Also those that are there already.</param>
    /// <param name="enabled">False: nothing comes before <see cref="EnableAsync"/>.</param>
    /// <exception cref="NpgsqlException">The other server is down, which passes.</exception>
    /// <exception cref="ProvisioningException"><c>source_unreachable</c>: the other server is there, but not for this one.</exception>
    public async Task SubscribeAsync(bool copy, bool enabled, CancellationToken ct)
    {
        var role = Name(to.Move.Role);

        // Triggers and checks of the tenant's tables run as whom the subscription belongs to: not as a superuser. To give it to
        // another is possible for a moment that nobody sees.
        var sql = Block($"""
            if not exists (select from pg_subscription where subname = {Literal(name)} and subdbid = (select oid from pg_database where datname = current_database())) then
              create subscription {Name(name)} connection {Literal(from.Server.ReplicationLogin(from.Name.Database, from.Move.Role))} publication {Name(name)}
                with (create_slot = false, slot_name = {Literal(name)}, enabled = false, copy_data = {(copy ? "true" : "false")}, synchronous_commit = {(copy ? "on" : "off")}, streaming = true);
              alter role {role} superuser;
              alter subscription {Name(name)} owner to {role};
              alter role {role} nosuperuser;
              {(enabled ? $"alter subscription {Name(name)} enable;" : "")}
            end if;
            """);
        if (await TrySubscribeAsync(sql, ct) is not null)
        {
            // A server that is down is so for everybody: then this fails, too, in a way that passes.
            await from.LogInAnewAsync(ct);
            if (await TrySubscribeAsync(sql, ct) is { } e)
            {
                throw new ProvisioningException(
                    "source_unreachable",
                    $"{to.Place} cannot reach {from.Place}: {e.MessageText} Let its server into the firewall and pg_hba.conf of the other, then retry.",
                    new InvalidOperationException(e.SqlState));
            }
        }
    }

    /// <summary>
    /// What was written before that position never comes. How far a slot was advanced its server may have forgotten after a crash; the
    /// side that asks for rows has not. Only before anything has come: later it knows better.
    /// </summary>
    public Task PassOverAsync(NpgsqlLogSequenceNumber position, CancellationToken ct) => to.ExecuteAsync(
        Block($"""
            perform pg_replication_origin_advance('pg_' || oid, {Literal(position.ToString())}) from pg_subscription
            where subname = {Literal(name)} and subdbid = (select oid from pg_database where datname = current_database()) and not subenabled;
            """),
        ct);

    /// <summary>Lets rows come in that are not copied: what a crash forgets of them comes again.</summary>
    public Task EnableAsync(CancellationToken ct) =>
        to.ExecuteAsync(Block($"alter subscription {Name(name)} set (synchronous_commit = off); alter subscription {Name(name)} enable;"), ct);

    /// <summary>Rows wait on the other side.</summary>
    public Task DisableAsync(CancellationToken ct) => to.ExecuteAsync($"alter subscription {Name(name)} disable", ct);

    public async Task<CopyProgress> ProgressAsync(CancellationToken ct)
    {
        const string sql =
            """
            select count(*) filter (where srsubstate = 'r'), count(*), pg_database_size(current_database()),
                   coalesce((select apply_error_count + sync_error_count from pg_stat_subscription_stats t where t.subid = s.oid), 0)
            from pg_subscription s left join pg_subscription_rel r on r.srsubid = s.oid where s.subname = $1 group by s.oid
            """;
        await using var command = new NpgsqlCommand(sql, await to.SessionAsync(ct)) { Parameters = { new() { Value = name } } };
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new CopyProgress((int)reader.GetInt64(0), (int)reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3))
            : throw new ProvisioningException("subscription_missing", $"Subscription {name} is not in {to.Place}. Somebody dropped it; cancel the move and begin anew.");
    }

    /// <summary>
    /// Tables whose copy cannot go on by itself: it is done, but that is not noted, and its slot at the other server is gone. PostgreSQL 15 drops the slot
    /// just before it commits the note, so this is so for a moment after each copy, and for ever where this side went down in that moment.
    /// </summary>
    public async Task<IReadOnlyList<string>> FindLostCopiesAsync(CancellationToken ct)
    {
        const string sql =
            """
            select format('pg_%s_sync_%s_%s', s.oid, r.srrelid, (select system_identifier from pg_control_system())), r.srrelid::regclass::text
            from pg_subscription s join pg_subscription_rel r on r.srsubid = s.oid where s.subname = $1 and r.srsubstate = 'f'
            """;
        var copied = new List<(string Slot, string Table)>();
        await using (var command = new NpgsqlCommand(sql, await to.SessionAsync(ct)) { Parameters = { new() { Value = name } } })
        {
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                copied.Add((reader.GetString(0), reader.GetString(1)));
            }
        }

        var kept = (await from.Server.ListSlotsAsync(from.Name, ct)).Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        return [.. copied.Where(c => !kept.Contains(c.Slot)).Select(c => c.Table)];
    }

    /// <summary>Bytes that the other server keeps because they have not arrived; null when it has given up keeping them.</summary>
    public Task<long?> ReadLagAsync(CancellationToken ct) => from.ScalarAsync<long?>(
        "select pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)::bigint from pg_replication_slots where slot_name = $1 and wal_status <> 'lost'", ct, name);

    /// <summary>Nothing of it is left; where one side is gone, of the other.</summary>
    public async Task DropAsync(CancellationToken ct)
    {
        if (await to.IsThereAsync(ct))
        {
            await DropSubscriptionAsync(ct);
        }

        if (await from.IsThereAsync(ct))
        {
            await DropSlotsAsync(ct);
            await from.ExecuteAsync($"drop publication if exists {Name(name)}", ct);
        }
    }

    /// <returns>What was wrong when this side could not reach the other.</returns>
    private async Task<PostgresException?> TrySubscribeAsync(string sql, CancellationToken ct)
    {
        try
        {
            await to.ExecuteAsync(sql, ct);
            return null;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ConnectionFailure)
        {
            return e;
        }
    }

    /// <summary>The slot is left where it is: the other server may be away.</summary>
    private async Task DropSubscriptionAsync(CancellationToken ct)
    {
        if (await to.ScalarAsync<object>("select 1 from pg_subscription where subname = $1 and subdbid = (select oid from pg_database where datname = current_database())", ct, name) is null)
        {
            return;
        }

        await DisableAsync(ct);
        await to.ExecuteAsync($"alter subscription {Name(name)} set (slot_name = none)", ct);
        await to.ExecuteAsync($"drop subscription {Name(name)}", ct);
    }

    /// <summary>Copying a table has a slot of its own for a while.</summary>
    private async Task DropSlotsAsync(CancellationToken ct)
    {
        foreach (var slot in await from.Server.ListSlotsAsync(from.Name, ct))
        {
            if (slot.Name == name || CopySlot().IsMatch(slot.Name))
            {
                await from.Server.DropSlotAsync(slot, ct);
            }
        }
    }

    /// <summary>As PostgreSQL names them: subscription, table, and the subscriber's system.</summary>
    [GeneratedRegex(@"^pg_\d+_sync_\d+_\d+$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CopySlot();
}
