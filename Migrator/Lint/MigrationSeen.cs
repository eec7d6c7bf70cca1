using Migrator.Sources;

namespace Migrator.Lint;

/// <summary>Everything the rehearsal of one migration showed.</summary>
/// <param name="Existing">Oids of the tables that were there before it.</param>
/// <param name="RestoredByDown">Null when it has no down script.</param>
internal sealed record MigrationSeen(
    Migration Migration,
    IReadOnlySet<uint> Existing,
    IReadOnlyList<StatementSeen> Statements,
    ReleaseSurface Before,
    ReleaseSurface After,
    IReadOnlyList<string>? RestoredByDown);
