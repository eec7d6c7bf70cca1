namespace Provisioner.Moves;

/// <summary>What replication needs and a dump does not.</summary>
internal static class ReplicationChecks
{
    /// <summary>The publisher's: one for the rows that come, one more while a table is copied.</summary>
    private const int ForCopying = 2;

    /// <summary>For the way back, which copies nothing.</summary>
    private const int ForWayBack = 1;

    /// <summary>A slot begins when everybody on the server who has written something has ended.</summary>
    public static IReadOnlyList<CatalogCheck> OnSource { get; } =
    [
        new(
            "prepared_transaction_elsewhere",
            MoveVerdict.Warning,
            "select gid, 'It is a transaction prepared ' || date_trunc('second', clock_timestamp() - prepared)::text || ' ago in ' || quote_ident(database) || '.' from pg_prepared_xacts where database <> current_database()",
            "No replication slot can begin on this server before {0} is committed or rolled back in its database."),
        new(
            "long_transaction_elsewhere",
            MoveVerdict.Warning,
            """
            select 'session ' || pid, 'A transaction that writes runs for ' || extract(epoch from clock_timestamp() - xact_start)::int || ' s in ' || quote_ident(datname) || '.'
            from pg_stat_activity where datname <> current_database() and backend_type = 'client backend' and backend_xid is not null
              and xact_start < clock_timestamp() - interval '2 seconds'
            """,
            "No replication slot can begin on this server before {0} has ended its transaction; the move waits for it."),
    ];

    /// <summary>Both ways: there for the move, and back as long as the tenant can still be moved back.</summary>
    public static IEnumerable<MoveFinding> Compare(ServerReading source, ServerReading target) =>
        [.. OfSource(source), .. LevelOf(target), .. Missing(target, sends: ForWayBack, receives: ForCopying)];

    /// <summary>What the source must have, wherever its rows go.</summary>
    public static IEnumerable<MoveFinding> OfSource(ServerReading source) => LevelOf(source).Concat(Missing(source, sends: ForCopying, receives: ForWayBack));

    /// <summary>A slot that nobody has read for too long is given up, and the move with it.</summary>
    public static IEnumerable<MoveFinding> CompareKeeping(ServerReading source, MovePlan plan)
    {
        var written = plan.Facts.WriteBytesPerSecond * plan.Preparation.TotalSeconds;
        if (source.SlotKeepBytes >= 0 && written > source.SlotKeepBytes)
        {
            yield return new(
                "wal_keep", MoveVerdict.Warning, source.Place,
                $"It writes {plan.Facts.WriteBytesPerSecond / 1e6:0.0} MB/s, about {written / 1e9:0.0} GB until the copy is there, and keeps {source.SlotKeepBytes / 1e9:0.0} GB for a slot.",
                "Move when less is written, or raise max_slot_wal_keep_size on the source; a reload is enough.");
        }
    }

    private static IEnumerable<MoveFinding> LevelOf(ServerReading server)
    {
        if (server.WalLevel != "logical")
        {
            yield return new(
                "wal_level", MoveVerdict.Refused, server.Place, $"wal_level is {server.WalLevel}, not logical.",
                $"On {server.Place}: alter system set wal_level = logical. Then restart PostgreSQL there; a reload is not enough.");
        }
    }

    private static IEnumerable<MoveFinding> Missing(ServerReading server, int sends, int receives) =>
        from need in new[]
        {
            (Code: "replication_slots", Room: server.Slots, Needed: sends),
            (Code: "wal_senders", Room: server.Senders, Needed: sends),
            (Code: "replication_workers", Room: server.Workers, Needed: receives),
            (Code: "worker_processes", Room: server.Processes, Needed: receives),
            (Code: "replication_origins", Room: server.Origins, Needed: receives),
        }
        where need.Room.Free < need.Needed
        select new MoveFinding(
            need.Code, MoveVerdict.Refused, server.Place,
            $"{need.Room.Used} of {need.Room.Limit} are in use ({need.Room.Setting}); the move needs {need.Needed}.",
            $"Wait for other moves; drop slots and subscriptions on {server.Place} that nobody needs; or raise {need.Room.Setting} there and restart PostgreSQL.");
}
