namespace TenantRuntime;

/// <summary>The tenant rests: its database is on its way to another server. Answered with 503, Retry-After and a page that says until when.</summary>
/// <param name="tenant">Its slug.</param>
/// <param name="backAt">About when it is served again.</param>
public sealed class TenantRestsException(string tenant, DateTimeOffset backAt) : Exception($"{tenant} rests until about {backAt.UtcDateTime:HH:mm:ss} UTC.")
{
    public DateTimeOffset BackAt { get; } = backAt;
}
