namespace ControlPlane.Catalog;

/// <summary>Shared with other tenants, or a server of one's own.</summary>
public enum Tier
{
    Shared,
    Dedicated,
}
