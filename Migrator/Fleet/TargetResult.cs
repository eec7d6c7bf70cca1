using Migrator.Databases;

namespace Migrator.Fleet;

/// <summary>What a run did to one database, and where that left it.</summary>
public sealed record TargetResult
{
    public required string Target { get; init; }

    public required TargetState State { get; init; }

    /// <summary>The highest version it has; null for none or not known.</summary>
    public string? Head { get; init; }

    /// <summary>Ids of the migrations this run applied.</summary>
    public IReadOnlyList<string> Applied { get; init; } = [];

    /// <summary>Ids of the migrations that are left.</summary>
    public IReadOnlyList<string> Pending { get; init; } = [];

    /// <summary>What differs, object by object, where schemas were compared.</summary>
    public IReadOnlyList<string> Differences { get; init; } = [];

    /// <summary>Why it is not done.</summary>
    public string? Error { get; init; }

    /// <summary>How often it was taken up, and how often a transaction was repeated because of a lock.</summary>
    public int Attempts { get; init; } = 1;

    public int LockRetries { get; init; }

    /// <summary>From opening the connection of the last attempt to closing it.</summary>
    public TimeSpan Took { get; init; }

    public static TargetResult From(FleetTarget target, DatabaseReport report, TargetState state) => new()
    {
        Target = target.Name,
        State = state,
        Head = report.HeadAfter,
        Applied = [.. report.Applied.Select(a => a.Version)],
        Pending = report.Pending,
        LockRetries = report.LockRetries,
    };

    public static TargetResult From(FleetTarget target, MigrationException error) => new()
    {
        Target = target.Name,
        State = error.Code switch
        {
            MigrationError.Locked => TargetState.Locked,
            MigrationError.Busy or MigrationError.Unreachable => TargetState.Unreachable,
            _ => TargetState.Failed,
        },
        Head = error.Head,
        Error = error.Message,
    };
}
