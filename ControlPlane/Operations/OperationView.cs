namespace ControlPlane.Operations;

/// <summary>An operation as lists and single reads show it.</summary>
/// <param name="Step">Position of the step that is next or running.</param>
/// <param name="Status">Why it waits.</param>
/// <param name="Error">Why it failed and what to do next.</param>
public sealed record OperationView(
    Guid Id,
    string Workflow,
    string Subject,
    OperationState State,
    int Step,
    int Attempt,
    string? Status,
    string? Error,
    string RequestedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset? FinishedAt)
{
    /// <summary>Whether it goes on by itself.</summary>
    internal bool GoesOn() => FinishedAt is null && State != OperationState.NeedsOperator;

    internal static IQueryable<OperationView> Of(IQueryable<Operation> operations) => operations.Select(o => new OperationView(
        o.Id, o.Workflow, o.Subject, o.State, o.Step, o.Attempt, o.Status, o.Error, o.RequestedBy, o.CreatedAt, o.FinishedAt));
}
