namespace ControlPlane.Access;

/// <summary>What an API key is for.</summary>
public enum Role
{
    /// <summary>Reads everything but keys.</summary>
    Viewer,

    /// <summary>Reads, and works on tenants, servers and operations.</summary>
    Operator,

    /// <summary>Reads, and changes plans and what a tenant gets for its money.</summary>
    Billing,

    /// <summary>Does all that a person may do, keys included.</summary>
    Admin,

    /// <summary>A tenant application: fetches routes and reports usage, and nothing else.</summary>
    Runtime,
}
