namespace ControlPlane.Catalog;

/// <summary>A database with one schema version on one server, from which tenant databases are cloned.</summary>
public sealed class Template
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required Guid ServerId { get; init; }

    public required string SchemaVersion { get; init; }

    public required string Database { get; init; }

    /// <summary>Of its schema, as the Migrator computes it; every clone must have the same.</summary>
    public required string Fingerprint { get; init; }

    public DateTimeOffset CreatedAt { get; private set; }
}
