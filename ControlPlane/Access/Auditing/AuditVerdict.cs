namespace ControlPlane.Access.Auditing;

/// <summary>Whether the audit trail is as it was written.</summary>
/// <param name="Checked">How many entries were found good, from the first.</param>
/// <param name="FirstBad">The first entry that is not as it was written, or is missing.</param>
/// <param name="Fault">What is wrong there.</param>
public sealed record AuditVerdict(bool Whole, long Checked, long? FirstBad, string? Fault);
