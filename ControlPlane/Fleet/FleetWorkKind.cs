namespace ControlPlane.Fleet;

/// <summary>What goes over the fleet; the catalog keeps the latest result of each kind for each database.</summary>
public enum FleetWorkKind
{
    Migration,

    /// <summary>History against files, and what migrations say about data.</summary>
    Verification,

    /// <summary>Schema against template.</summary>
    Drift,

    /// <summary>Histories set right, and migrations taken back.</summary>
    Correction,
}
