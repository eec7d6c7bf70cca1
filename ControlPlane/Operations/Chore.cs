namespace ControlPlane.Operations;

/// <summary>
/// Small work that is done again and again, on one node at a time. It keeps no record: what it misses, it finds the next time.
/// </summary>
public abstract class Chore
{
    public string Name => GetType().Name;

    /// <summary>Quartz cron expression, seconds first.</summary>
    public abstract string Cron { get; }

    public abstract Task RunAsync(CancellationToken ct);
}
