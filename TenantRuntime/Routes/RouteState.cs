namespace TenantRuntime.Routes;

/// <summary>What a runtime may do with a tenant's requests.</summary>
public enum RouteState
{
    /// <summary>Serve them.</summary>
    Active,

    /// <summary>Answer 403 with a page that says the account is suspended.</summary>
    Suspended,

    /// <summary>Park them for a moment; a new route follows. Where the route says when it is back, answer 503 with a page that says so.</summary>
    Held,
}
