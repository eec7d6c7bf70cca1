namespace Migrator.Sources;

/// <summary>Which releases can run beside a migration.</summary>
public enum MigrationPhase
{
    /// <summary>Older releases keep working on the new shape.</summary>
    Expand,

    /// <summary>Takes something away; waits until no running release needs the old shape.</summary>
    Contract,
}
