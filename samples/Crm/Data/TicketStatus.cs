namespace Crm.Data;

/// <summary>Who has to act: we (open), the customer (waiting), nobody (solved).</summary>
public enum TicketStatus
{
    Open,
    Waiting,
    Solved,
}
