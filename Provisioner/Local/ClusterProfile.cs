using System.Globalization;

namespace Provisioner.Local;

/// <summary>The settings a cluster runs with; every start writes them anew.</summary>
public sealed record ClusterProfile
{
    private ClusterProfile(bool isDurable, IReadOnlyDictionary<string, string> settings)
    {
        IsDurable = isDurable;
        Settings = settings;
    }

    /// <summary>False where a crash of the machine may cost the data: tests only.</summary>
    public bool IsDurable { get; }

    public IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>For the catalog: one busy database and few connections.</summary>
    public static ClusterProfile Catalog { get; } = new(isDurable: true, Durable(maxConnections: 200, TimeSpan.FromMinutes(1)));

    /// <summary>For many tenant databases.</summary>
    /// <param name="databases">How many to expect: the autovacuum launcher wakes once per database and nap, and 1,000 databases at the default nap cost 0.4 of a core.</param>
    public static ClusterProfile Tenants(int databases = 1000, int maxConnections = 500) =>
        new(isDurable: true, Durable(maxConnections, TimeSpan.FromSeconds(Math.Clamp(databases * 2, 60, 3600))));

    /// <summary>For tests: fast; survives a killed server, but not a stopped machine.</summary>
    public static ClusterProfile Throwaway(int maxConnections = 200) =>
        new(isDurable: false, new Dictionary<string, string>(Durable(maxConnections, TimeSpan.FromMinutes(10)), StringComparer.Ordinal)
        {
            ["fsync"] = "off",
            ["full_page_writes"] = "off",
            ["shared_buffers"] = "32MB",
            ["max_wal_size"] = "1GB",
        });

    private static Dictionary<string, string> Durable(int maxConnections, TimeSpan nap) => new(StringComparer.Ordinal)
    {
        ["max_connections"] = maxConnections.ToString(CultureInfo.InvariantCulture),
        // Kept for the control plane, so that tenants at their limits cannot lock it out.
        ["superuser_reserved_connections"] = "10",
        ["shared_buffers"] = "128MB",
        ["autovacuum_naptime"] = $"{(int)nap.TotalSeconds}s",
        ["checkpoint_timeout"] = "15min",
        ["max_wal_size"] = "2GB",
        ["wal_compression"] = "on",
        ["wal_level"] = "logical",
        ["max_replication_slots"] = "64",
        ["max_wal_senders"] = "64",
        ["max_worker_processes"] = "96",
        ["max_logical_replication_workers"] = "64",
        // PostgreSQL 15 starts one worker of a subscription in this time, on the whole server; usually five seconds.
        ["wal_retrieve_retry_interval"] = "200ms",
        // A slot nobody reads is given up before it fills the disk.
        ["max_slot_wal_keep_size"] = "4GB",
        ["password_encryption"] = "scram-sha-256",
        ["jit"] = "off",
        ["timezone"] = "UTC",
        ["log_timezone"] = "UTC",
        ["lc_messages"] = "C",
        ["log_line_prefix"] = "%m [%p] %d %u ",
        ["log_checkpoints"] = "off",
        // Parameters of failed statements may be customers' data.
        ["log_parameter_max_length_on_error"] = "0",
    };
}
