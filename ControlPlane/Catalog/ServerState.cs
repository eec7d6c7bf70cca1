namespace ControlPlane.Catalog;

public enum ServerState
{
    /// <summary>Takes new tenants.</summary>
    Active,

    /// <summary>Serves the tenants it has and takes no new ones.</summary>
    Cordoned,

    /// <summary>Gone; kept for the history.</summary>
    Removed,
}
