namespace Migrator.History;

/// <summary>Which of the pending migrations are wanted, and which contradictions are accepted.</summary>
public record PlanOptions
{
    /// <summary>The last version to apply; null for all. Repeatable migrations are made for the newest version and wait when one is named.</summary>
    public string? To { get; init; }

    /// <summary>Whether <c>phase contract</c> migrations run; the caller knows that no release needs the old shape.</summary>
    public bool IncludeContract { get; init; } = true;

    public bool AllowOutOfOrder { get; init; }

    public bool AllowMissing { get; init; }
}
