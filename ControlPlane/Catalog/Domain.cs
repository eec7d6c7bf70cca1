namespace ControlPlane.Catalog;

/// <summary>A host name of a tenant's own, lower case.</summary>
public sealed class Domain
{
    public required string Name { get; init; }

    public required Guid TenantId { get; init; }

    public DateTimeOffset CreatedAt { get; private set; }
}
