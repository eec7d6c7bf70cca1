namespace Migrator.Fleet;

/// <summary>How a fleet is worked through.</summary>
public sealed record FleetOptions
{
    /// <summary>Databases at once in all.</summary>
    public int Parallel { get; init; } = 32;

    /// <summary>Databases at once on one physical server. Opening connections is what limits: more than 8 gained nothing.</summary>
    public int PerServer { get; init; } = 8;

    /// <summary>How many targets at the beginning of the stream are canaries besides those marked: no other begins before they are finished.</summary>
    public int Canaries { get; init; } = 3;

    public FailureLimit MaxFailures { get; init; } = new(3, 1);

    /// <summary>How often a database whose tenant holds a lock goes back to the end of the queue before it is reported.</summary>
    public int LockRequeues { get; init; } = 3;

    /// <summary>How long a server may be away before its databases are reported.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a database rests before it is taken up again.</summary>
    public TimeSpan RequeuePause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The database of each server in which logins let owner roles in.</summary>
    public string AdminDatabase { get; init; } = "postgres";

    /// <summary>Nothing but histories is read: see <see cref="Databases.DatabaseSessions.ReadHistories"/>.</summary>
    public bool ReadHistories { get; init; }

    /// <summary>How many databases there are, for percentages and time left; null when nobody counted.</summary>
    public long? Total { get; init; }
}
