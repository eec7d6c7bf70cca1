namespace ControlPlane.Catalog;

/// <summary>Rings say in which order tenants get something new. Those of the lowest are the canaries of the others.</summary>
public static class TenantRing
{
    /// <summary>Where a tenant is unless somebody says otherwise; there is room for one ring before it.</summary>
    public const int Usual = 1;

    public const int Last = 99;
}
