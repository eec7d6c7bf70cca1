namespace ControlPlane.Catalog;

/// <summary>Where a tenant is in its life; the methods of <see cref="Tenant"/> are the only ways between.</summary>
public enum TenantState
{
    /// <summary>Its database is being made; it has never been served.</summary>
    Onboarding,

    Active,

    /// <summary>Its data is kept, its requests are answered with 403.</summary>
    Suspended,

    /// <summary>Closed; can be restored until its grace time ends.</summary>
    Deleted,

    /// <summary>Nothing of it is left but this row.</summary>
    Purged,
}
