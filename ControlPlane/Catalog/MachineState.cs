namespace ControlPlane.Catalog;

public enum MachineState
{
    /// <summary>Asked for; it may or may not be there yet.</summary>
    Ordered,

    /// <summary>It runs, and is a server.</summary>
    Ready,

    /// <summary>About to go; nothing on it is needed any more.</summary>
    Removing,

    /// <summary>Gone; kept for the history and the bill.</summary>
    Removed,
}
