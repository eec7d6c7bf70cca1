namespace ControlPlane.Fleet;

/// <summary>Where a database stands in a run over the fleet.</summary>
public enum FleetTargetState
{
    /// <summary>Its turn has not come.</summary>
    Pending,

    Running,

    /// <summary>Its tenant held a lock; it comes again at the end.</summary>
    Requeued,

    Done,

    /// <summary>Looked at, and something is left to apply.</summary>
    Behind,

    /// <summary>Its tenant held a lock each time.</summary>
    Locked,

    /// <summary>Its server was away, or another run had it.</summary>
    Unreachable,

    /// <summary>A statement or a check failed.</summary>
    Failed,

    /// <summary>Its schema is not the template's.</summary>
    Drifted,
}
