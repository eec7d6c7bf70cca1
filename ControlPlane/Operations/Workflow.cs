namespace ControlPlane.Operations;

/// <summary>
/// A named list of steps that reads like a runbook. Its name is stored in operations: renaming the class orphans those
/// that are under way.
/// </summary>
public abstract class Workflow
{
    public string Name => GetType().Name;

    public abstract IReadOnlyList<Type> Steps { get; }

    /// <summary>
    /// Whether a failure may be undone from the start. Say no where the subject is already in use: then a failure stops
    /// for an operator. A step may also say so on its way, by <see cref="StepContext.PassPointOfNoReturnAsync"/>.
    /// </summary>
    public virtual bool Undoable => true;

    /// <summary>How long transient errors are retried before they count as final.</summary>
    public virtual TimeSpan Deadline => TimeSpan.FromHours(24);
}
