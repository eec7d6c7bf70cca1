namespace ControlPlane.Catalog;

public enum GoldenImageState
{
    Building,

    /// <summary>The newest of these is what machines are made from.</summary>
    Ready,

    /// <summary>Gone, or not needed any more.</summary>
    Removed,
}
