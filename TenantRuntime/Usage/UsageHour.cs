namespace TenantRuntime.Usage;

/// <summary>Requests of one tenant in one hour.</summary>
/// <param name="Hour">The hour's start, in UTC.</param>
public sealed record UsageHour(Guid TenantId, DateTimeOffset Hour, long Requests);
