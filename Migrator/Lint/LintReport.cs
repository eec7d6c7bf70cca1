namespace Migrator.Lint;

/// <summary>What the rehearsal of one migration showed.</summary>
/// <param name="Migration">Its id.</param>
/// <param name="Took">The whole migration, on the rehearsal's data.</param>
/// <param name="Locks">The strongest lock taken on each existing table, and for how long it was held until commit.</param>
/// <param name="Findings">Empty when it is harmless.</param>
public sealed record LintReport(string Migration, TimeSpan Took, IReadOnlyList<LockSeen> Locks, IReadOnlyList<LintFinding> Findings);
