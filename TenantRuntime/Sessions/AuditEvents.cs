using Microsoft.Extensions.Logging;

namespace TenantRuntime.Sessions;

/// <summary>Log entries that belong into an audit trail; collect them by their id.</summary>
internal static class AuditEvents
{
    public static readonly EventId ForeignSession = new(4031, nameof(ForeignSession));
}
