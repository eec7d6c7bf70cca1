namespace Migrator.Fleet;

/// <summary>How a run ended. Each database's own result is in the journal.</summary>
/// <param name="Run">The run's name.</param>
/// <param name="States">How many databases ended in each state.</param>
/// <param name="Heads">How many databases are at each version; <c>none</c> for those without, <c>?</c> where it is not known.</param>
/// <param name="Problems">The first <see cref="KeptProblems"/> results that are not done.</param>
/// <param name="Stopped">Why the run ended before the fleet did; null when it did not.</param>
/// <param name="Took">The whole run.</param>
public sealed record FleetReport(
    string Run,
    IReadOnlyDictionary<TargetState, long> States,
    IReadOnlyDictionary<string, long> Heads,
    IReadOnlyList<TargetResult> Problems,
    string? Stopped,
    TimeSpan Took)
{
    /// <summary>More would let memory grow with the fleet.</summary>
    public const int KeptProblems = 1000;

    public long Count(TargetState state) => States.GetValueOrDefault(state);
}
