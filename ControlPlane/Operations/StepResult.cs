namespace ControlPlane.Operations;

/// <summary>What a step answers when it did not throw.</summary>
public sealed record StepResult
{
    private StepResult()
    {
    }

    /// <summary>The next step may begin.</summary>
    public static StepResult Done { get; } = new();

    /// <summary>How long to wait before the same step runs again; null when it is done.</summary>
    public TimeSpan? Delay { get; private init; }

    /// <summary>What it waits for, in words.</summary>
    public string? Why { get; private init; }

    /// <summary>Run this step again later; no thread is kept meanwhile.</summary>
    public static StepResult WaitFor(TimeSpan delay, string why) => new() { Delay = delay, Why = why };
}
