namespace ControlPlane.Catalog;

public enum TenantDatabaseState
{
    /// <summary>Its name is reserved; what exists on the server is not known to be whole.</summary>
    Creating,

    /// <summary>Whole, empty and without a tenant.</summary>
    Warm,

    /// <summary>Belongs to a tenant.</summary>
    Assigned,

    /// <summary>Was its tenant's until it moved. It follows the new one, as the way back, unless it moved by a dump.</summary>
    Retained,

    /// <summary>No longer used; what is left on the server may be dropped.</summary>
    Dropping,

    /// <summary>Gone from the server; kept for the history.</summary>
    Dropped,
}
