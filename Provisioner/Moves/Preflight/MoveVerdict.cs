namespace Provisioner.Moves;

/// <summary>What something that was found means for a move; what weighs more has the higher number.</summary>
public enum MoveVerdict
{
    /// <summary>The move takes care of it.</summary>
    Handled,

    /// <summary>The move goes on; somebody should know.</summary>
    Warning,

    /// <summary>Replication would lose or change it; a dump does not.</summary>
    NeedsDump,

    /// <summary>No move before it is changed.</summary>
    Refused,
}
