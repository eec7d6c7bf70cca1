namespace Migrator.Fleet;

/// <summary>A moment of a run.</summary>
/// <param name="Total">Null while the number of databases is not known.</param>
/// <param name="Done">Finished without anything left to do.</param>
/// <param name="Running">Being worked on.</param>
/// <param name="Waiting">Back in the queue because of a lock or a server that is away.</param>
/// <param name="Failed">Finished in any other state.</param>
/// <param name="Elapsed">Since the run began.</param>
public sealed record FleetProgress(long? Total, long Done, int Running, int Waiting, long Failed, TimeSpan Elapsed)
{
    /// <summary>Databases per second.</summary>
    public double Rate => Elapsed > TimeSpan.Zero ? (Done + Failed) / Elapsed.TotalSeconds : 0;

    /// <summary>Null while nothing is finished or the total is not known.</summary>
    public TimeSpan? Left => Total is { } total && Rate > 0 ? TimeSpan.FromSeconds(Math.Max(0, total - Done - Failed) / Rate) : null;
}
