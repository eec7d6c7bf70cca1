namespace ControlPlane.Operations;

/// <summary>
/// One step of a workflow. Doing it twice equals doing it once, undoing it twice too, and undoing what was never or only
/// half done is fine: a worker can die at any point and another one starts the step again.
/// </summary>
public abstract class Step
{
    public string Name => GetType().Name;

    /// <summary>When a person should be told that the step is late. It is not aborted.</summary>
    public virtual TimeSpan Deadline => TimeSpan.FromMinutes(1);

    /// <summary>
    /// Transient errors are retried with backoff; a <see cref="Problems.ProblemException"/> and any other error is final.
    /// </summary>
    public abstract Task<StepResult> RunAsync(StepContext step, CancellationToken ct);

    /// <summary>Takes back what <see cref="RunAsync"/> did. The default is for steps that leave nothing.</summary>
    public virtual Task UndoAsync(StepContext step, CancellationToken ct) => Task.CompletedTask;
}
