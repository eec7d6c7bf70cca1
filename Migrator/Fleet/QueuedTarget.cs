namespace Migrator.Fleet;

/// <summary>A database in the queue, with what earlier attempts of this run met.</summary>
/// <param name="Target">The database.</param>
/// <param name="Canary">Whether the rest waits for it.</param>
internal sealed record QueuedTarget(FleetTarget Target, bool Canary)
{
    public int Attempts { get; init; }

    public int Locked { get; init; }

    /// <summary>What the last attempt met; null before the first.</summary>
    public TargetResult? Last { get; init; }

    /// <summary>When the server was found to be away for the first time in a row; a <see cref="TimeProvider"/> timestamp.</summary>
    public long? AwaySince { get; init; }

    /// <summary>Not before this <see cref="TimeProvider"/> timestamp.</summary>
    public long NotBefore { get; init; }
}
