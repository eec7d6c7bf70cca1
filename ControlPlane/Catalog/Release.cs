namespace ControlPlane.Catalog;

/// <summary>A version of the application that tenants use. Its archive is in <c>release_archives</c>.</summary>
public sealed class Release
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required string Name { get; init; }

    /// <summary>Of the archive, a tar.gz; in hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>What in it is started.</summary>
    public required string Program { get; init; }

    public required string PublishedBy { get; init; }

    public DateTimeOffset CreatedAt { get; private set; }
}
