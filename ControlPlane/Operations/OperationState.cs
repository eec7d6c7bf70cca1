namespace ControlPlane.Operations;

public enum OperationState
{
    /// <summary>Waits for a worker.</summary>
    Pending,

    /// <summary>A worker holds its lease, or held it and died.</summary>
    Running,

    /// <summary>Asked to be woken later; no worker is kept.</summary>
    Waiting,

    /// <summary>Steps are being undone in reverse order.</summary>
    Undoing,

    /// <summary>Stopped with a cause; a person retries it or gives it up.</summary>
    NeedsOperator,

    Done,

    /// <summary>Failed or cancelled, and nothing of it is left.</summary>
    Undone,

    /// <summary>Given up by a person; what it had done stays.</summary>
    Cancelled,
}
