namespace Crm.Data;

/// <summary>How soon a ticket wants an answer.</summary>
public enum TicketPriority
{
    Low,
    Normal,
    Urgent,
}
