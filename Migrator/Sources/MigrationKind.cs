namespace Migrator.Sources;

/// <summary>When a migration runs.</summary>
public enum MigrationKind
{
    /// <summary>Once, in the order of versions.</summary>
    Versioned,

    /// <summary>After all versions, and again whenever its text changes.</summary>
    Repeatable,

    /// <summary>Only on a database without history: stands for every version up to its own.</summary>
    Baseline,
}
