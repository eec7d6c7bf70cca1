namespace ControlPlane.Access.Auditing;

public enum AuditOutcome
{
    Done,

    /// <summary>Allowed to the caller, but not possible; nothing was changed.</summary>
    Refused,

    /// <summary>Not allowed to the caller.</summary>
    Denied,
}
