namespace Provisioner.Moves;

/// <summary>What a server allows and what of that is in use.</summary>
/// <param name="Senders">Sessions that read the log.</param>
/// <param name="Origins">How many subscriptions and copied tables a server can remember the progress of.</param>
/// <param name="Connections">Those reserved for superusers are not in it.</param>
/// <param name="SlotKeepBytes">How much log a slot may hold back; negative for no limit.</param>
internal sealed record ServerReading(
    string Place, int MajorVersion, string WalLevel, Room Slots, Room Senders, Room Workers, Room Processes, Room Origins, Room Connections, long SlotKeepBytes)
{
    private const string Sql =
        """
        with activity as materialized (select backend_type from pg_stat_activity)
        select current_setting('server_version_num')::int / 10000, current_setting('wal_level'),
               current_setting('max_replication_slots')::int, (select count(*)::int from pg_replication_slots),
               current_setting('max_wal_senders')::int, (select count(*)::int from activity where backend_type = 'walsender'),
               current_setting('max_logical_replication_workers')::int,
               (select count(*)::int from activity where backend_type ~ '^logical replication .*worker$'),
               current_setting('max_worker_processes')::int,
               (select count(*)::int from activity where backend_type ~ '^logical replication' or backend_type = 'parallel worker'),
               -- A limit of its own since version 18.
               coalesce(current_setting('max_active_replication_origins', true), current_setting('max_replication_slots'))::int,
               (select count(*)::int from pg_replication_origin_status),
               current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int - coalesce(current_setting('reserved_connections', true)::int, 0),
               (select count(*)::int from activity where backend_type = 'client backend'),
               (select setting::bigint * 1048576 from pg_settings where name = 'max_slot_wal_keep_size')
        """;

    public static Task<ServerReading> ReadAsync(CatalogSession session, CancellationToken ct) =>
        session.ReadAsync(
            Sql,
            row => new ServerReading(
                session.Place,
                row.GetInt32(0),
                row.GetString(1),
                new Room("max_replication_slots", row.GetInt32(2), row.GetInt32(3)),
                new Room("max_wal_senders", row.GetInt32(4), row.GetInt32(5)),
                new Room("max_logical_replication_workers", row.GetInt32(6), row.GetInt32(7)),
                new Room("max_worker_processes", row.GetInt32(8), row.GetInt32(9)),
                new Room(row.GetInt32(0) >= 18 ? "max_active_replication_origins" : "max_replication_slots", row.GetInt32(10), row.GetInt32(11)),
                new Room("max_connections", row.GetInt32(12), row.GetInt32(13)),
                row.GetInt64(14)),
            ct);
}
