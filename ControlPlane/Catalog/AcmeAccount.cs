namespace ControlPlane.Catalog;

/// <summary>Who we are at a certificate authority.</summary>
public sealed class AcmeAccount
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>The authority, by the address of its directory.</summary>
    public required string Directory { get; init; }

    /// <summary>The account's private key in PEM, encrypted.</summary>
    public required string KeySecret { get; set; }

    public DateTimeOffset CreatedAt { get; private set; }
}
