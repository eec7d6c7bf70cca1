namespace Crm.Data;

/// <summary>How far a deal has come, in the order of the board.</summary>
public enum DealStage
{
    Lead,
    Qualified,
    Proposal,
    Negotiation,
    Won,
}
