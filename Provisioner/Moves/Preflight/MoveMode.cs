namespace Provisioner.Moves;

/// <summary>How a tenant's rows get to another server.</summary>
public enum MoveMode
{
    /// <summary>While the tenant works; it waits for milliseconds in the end.</summary>
    Replication,

    /// <summary>By dump and restore, the tenant being shut out meanwhile: for what replication cannot carry.</summary>
    Dump,
}
