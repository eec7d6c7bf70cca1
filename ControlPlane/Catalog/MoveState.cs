namespace ControlPlane.Catalog;

/// <summary>Where a move is. The cuts change it in SQL, for nobody can write meanwhile; all else by the methods of <see cref="Move"/>.</summary>
public enum MoveState
{
    /// <summary>The tenant still lives where it did.</summary>
    Preparing,

    /// <summary>The tenant lives in the new place; the old one follows it, so that it can go back without a copy; or is only kept, after a dump.</summary>
    Soaking,

    /// <summary>The tenant went back.</summary>
    Returned,

    /// <summary>Done for good: the old place is gone.</summary>
    Ended,

    /// <summary>Given up before the tenant was moved.</summary>
    Undone,
}
