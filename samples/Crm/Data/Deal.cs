namespace Crm.Data;

/// <summary>Something a contact may buy.</summary>
public sealed class Deal
{
    public long Id { get; init; }

    public required string Title { get; set; }

    /// <summary>In euro.</summary>
    public decimal Amount { get; set; }

    public DealStage Stage { get; set; }

    public DateOnly ClosesOn { get; set; }

    public long ContactId { get; init; }

    public Contact? Contact { get; init; }
}
