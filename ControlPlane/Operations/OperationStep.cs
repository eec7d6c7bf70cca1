namespace ControlPlane.Operations;

/// <summary>What happened to one step of an operation. Rows appear when a step starts.</summary>
public sealed class OperationStep
{
    public Guid OperationId { get; init; }

    public int Position { get; init; }

    public required string Name { get; init; }

    public StepState State { get; init; }

    public int Attempt { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public string? Error { get; init; }
}
