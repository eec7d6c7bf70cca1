namespace ControlPlane.Billing;

/// <summary>What became of an event.</summary>
/// <param name="Event">Its id.</param>
/// <param name="Detail">The same, for a person.</param>
/// <param name="Operation">The work that it began; null where it was done at once, or nothing is to be done.</param>
public sealed record BillingAnswer(string Event, BillingOutcome Outcome, string Detail, Guid? Operation = null)
{
    public string? Location => Operation is { } id ? $"/v1/operations/{id}" : null;
}
