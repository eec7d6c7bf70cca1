namespace ControlPlane.Fleet;

/// <summary>What sets a database right where migrating forward does not.</summary>
public enum Correction
{
    /// <summary>A database made by other means is declared to have everything up to a version. Runs no migration.</summary>
    Baseline,

    /// <summary>Edited files are accepted as they are now. Changes histories only.</summary>
    Repair,

    /// <summary>Migrations above a version are taken back by their down scripts.</summary>
    Down,
}
