namespace Crm.Data;

/// <summary>A contact's question or complaint.</summary>
public sealed class Ticket
{
    public long Id { get; init; }

    public required string Subject { get; set; }

    public TicketStatus Status { get; set; }

    public TicketPriority Priority { get; set; }

    public DateTimeOffset OpenedAt { get; init; }

    public long ContactId { get; init; }

    public Contact? Contact { get; init; }
}
