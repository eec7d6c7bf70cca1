namespace ControlPlane.Operations;

/// <summary>
/// One durable run of a workflow; this row is its whole truth. Workers write it only through
/// <c>OperationStore</c>, fenced by <see cref="Epoch"/>.
/// </summary>
public sealed class Operation
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required string Workflow { get; init; }

    /// <summary>At most one live operation has this subject.</summary>
    public required Guid SubjectId { get; init; }

    /// <summary>The subject's name for people.</summary>
    public required string Subject { get; init; }

    public OperationState State { get; internal set; } = OperationState.Pending;

    /// <summary>False once the outside world may rely on the result; from then on it only goes forward.</summary>
    public required bool Undoable { get; set; }

    /// <summary>Position of the step that is next, running or being undone.</summary>
    public int Step { get; internal set; }

    /// <summary>Failed attempts at the current step.</summary>
    public int Attempt { get; internal set; }

    /// <summary>Grows with every claim; a worker's writes count only while it is the worker's own.</summary>
    public long Epoch { get; private set; }

    public string? Node { get; private set; }

    public DateTimeOffset? LeaseUntil { get; private set; }

    public DateTimeOffset WakeAt { get; init; }

    public DateTimeOffset? StepDeadline { get; init; }

    /// <summary>Transient errors are retried until then.</summary>
    public required DateTimeOffset Deadline { get; init; }

    public bool CancelRequested { get; internal set; }

    /// <summary>What was asked for, as JSON. Never a secret.</summary>
    public required string Input { get; init; }

    /// <summary>What steps leave for later steps, as a JSON object. Never a secret.</summary>
    public string Memory { get; internal set; } = "{}";

    /// <summary>Why it waits, in words.</summary>
    public string? Status { get; init; }

    /// <summary>Why it failed and what to do next, in words.</summary>
    public string? Error { get; init; }

    public required string RequestedBy { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The first claim, in the transaction that adds it. It counts from its creation, as one made later would.</summary>
    internal void ClaimAtBirth(NodeName node, TimeSpan lease)
    {
        (Epoch, Node, LeaseUntil, State) = (1, node.Value, CreatedAt + lease, OperationState.Running);
    }
}
