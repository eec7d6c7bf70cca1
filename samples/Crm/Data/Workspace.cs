namespace Crm.Data;

/// <summary>The customer's own name; the one row also says that the sample data is in place.</summary>
public sealed class Workspace
{
    public const int TheOnlyId = 1;

    public int Id { get; init; } = TheOnlyId;

    public required string Name { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}
