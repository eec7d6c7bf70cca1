using Migrator.History;

namespace Migrator.Databases;

/// <summary>How one database is migrated.</summary>
public sealed record MigratorOptions : PlanOptions
{
    /// <summary>
    /// How long a statement waits for a lock at first; each further attempt waits longer, up to <see cref="MaxLockTimeout"/>.
    /// While it waits, tenants' statements on the same table queue behind it, so this bounds what they feel.
    /// </summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    public TimeSpan MaxLockTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often a transaction that met a lock is tried before <see cref="MigrationError.Locked"/> is thrown.</summary>
    public int LockAttempts { get; init; } = 5;

    /// <summary>The pause before a second attempt; doubles each time, with jitter.</summary>
    public TimeSpan LockPause { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long another run on the same database is waited for.</summary>
    public TimeSpan RunLockTimeout { get; init; } = DatabaseSession.LockTimeout;

    /// <summary>The limit for each statement that names no timeout of its own.</summary>
    public TimeSpan StatementTimeout { get; init; } = DatabaseSession.StatementTimeout;

    /// <summary>Read and plan only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Written to the history beside each migration and shown to others as the holder of the lock.</summary>
    public string Run { get; init; } = "migrator";
}
