namespace TenantRuntime.Usage;

/// <summary>
/// Requests counted since the last batch. Body of <c>POST /v1/runtime/usage</c>. It is sent until it is accepted, so
/// the control plane must add each <paramref name="Batch"/> once only.
/// </summary>
/// <param name="ForeignSessions">What belongs into the audit trail; null is nothing.</param>
public sealed record UsageBatch(string Instance, Guid Batch, IReadOnlyList<UsageHour> Hours, IReadOnlyList<ForeignSession>? ForeignSessions = null);
