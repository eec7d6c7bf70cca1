using Provisioner.Moves;

namespace Provisioner.Tests.Moves.Preflight;

/// <summary>What a server with room for everything says of itself.</summary>
internal static class Readings
{
    public static ServerReading Plain { get; } = new(
        "source:5432",
        MajorVersion: 15,
        "logical",
        new Room("max_replication_slots", 10, 0),
        new Room("max_wal_senders", 10, 0),
        new Room("max_logical_replication_workers", 4, 0),
        new Room("max_worker_processes", 8, 0),
        new Room("max_replication_slots", 10, 0),
        new Room("max_connections", 100, 0),
        SlotKeepBytes: -1);
}
