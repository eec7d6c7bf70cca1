namespace Migrator.Fleet;

/// <summary>What became of one database in one run.</summary>
public enum TargetState
{
    /// <summary>Nothing is left to do.</summary>
    Done,

    /// <summary>Something is left to do, and nobody tried to do it.</summary>
    Pending,

    /// <summary>Its tenant held a lock each time.</summary>
    Locked,

    /// <summary>Its server was away, or another run had it.</summary>
    Unreachable,

    /// <summary>A statement or a check failed; somebody has to look.</summary>
    Failed,

    /// <summary>Its schema is not the expected one.</summary>
    Drifted,
}
