namespace HetznerSimulator.Actions;

/// <summary>Work that the cloud does after it has answered: running, then success or error.</summary>
public sealed class CloudAction
{
    public required long Id { get; init; }

    /// <summary>What it does, in the cloud's words: <c>create_server</c>.</summary>
    public required string Command { get; init; }

    /// <summary>The first one is what it acts on, and is locked meanwhile.</summary>
    public required IReadOnlyList<ActionTarget> Targets { get; init; }

    public required DateTimeOffset Started { get; init; }

    public ActionStatus Status { get; internal set; }

    public DateTimeOffset? Finished { get; internal set; }

    /// <summary>Why it failed; null for one that did not.</summary>
    public string? Failure { get; internal set; }

    internal DateTimeOffset Due { get; init; }

    /// <summary>What the hosts do for it; it ends no sooner.</summary>
    internal Task Work { get; init; } = Task.CompletedTask;

    internal Action? OnSuccess { get; init; }

    internal Action? OnFailure { get; init; }

    internal bool Locks { get; init; }

    internal ActionFate Fate { get; set; }

    internal object Show() => new
    {
        Id,
        Command,
        Status,
        Started,
        Finished,
        Progress = Status == ActionStatus.Running ? 0 : 100,
        Resources = Targets,
        Error = Failure is null ? null : new { Code = "action_failed", Message = Failure },
    };
}
