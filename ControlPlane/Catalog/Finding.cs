namespace ControlPlane.Catalog;

/// <summary>A difference between the catalog and reality, or something late; open until it is seen no more.</summary>
public sealed class Finding
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Stable, snake_case.</summary>
    public required string Kind { get; init; }

    /// <summary>The thing, by a name that a person can look up.</summary>
    public required string Subject { get; init; }

    public Guid? ServerId { get; init; }

    public required string Detail { get; set; }

    /// <summary>What to do next.</summary>
    public required string Advice { get; set; }

    public DateTimeOffset FirstSeen { get; private set; }

    public DateTimeOffset LastSeen { get; private set; }

    public DateTimeOffset? ResolvedAt { get; private set; }
}
