namespace TenantRuntime;

/// <summary>How requests of a tenant wait while its database is moved; part of <see cref="TenantRuntimeOptions"/>.</summary>
public sealed class HoldOptions
{
    /// <summary>How many requests of one tenant may wait; the next is answered with 503.</summary>
    public int Requests { get; set; } = 1000;

    /// <summary>How long a request waits before it is answered with 503.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);
}
