namespace ControlPlane.Operations;

/// <summary>A line that a step said while it worked. Never a secret.</summary>
public sealed class OperationLogLine
{
    public Guid OperationId { get; init; }

    public long Seq { get; init; }

    public DateTimeOffset At { get; init; }

    public required string Step { get; init; }

    public required string Line { get; init; }
}
