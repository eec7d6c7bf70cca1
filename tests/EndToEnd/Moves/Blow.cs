namespace EndToEnd.Moves;

/// <summary>What is killed in the middle of a move.</summary>
internal enum Blow
{
    ControlPlane,

    /// <summary>PostgreSQL where the tenant lives.</summary>
    Source,

    /// <summary>PostgreSQL on the other server.</summary>
    Target,

    /// <summary>PostgreSQL of the control plane.</summary>
    Catalog,

    Application,
}
