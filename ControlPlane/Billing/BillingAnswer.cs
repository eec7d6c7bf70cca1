using ControlPlane.Tenants.Moving;

namespace ControlPlane.Billing;

/// <summary>What became of an event.</summary>
/// <param name="Event">Its id.</param>
/// <param name="Detail">The same, for a person.</param>
/// <param name="Operation">The work that it began; null where it was done at once, or nothing is to be done.</param>
/// <param name="ExpectedSeconds">Of that work, as with <see cref="MoveBegun"/>.</param>
/// <param name="ExpectedHoldMilliseconds">As with <see cref="MoveBegun"/>.</param>
public sealed record BillingAnswer(
    string Event, BillingOutcome Outcome, string Detail, Guid? Operation = null, double? ExpectedSeconds = null, double? ExpectedHoldMilliseconds = null)
{
    public string? Location => Operation is { } id ? $"/v1/operations/{id}" : null;
}
