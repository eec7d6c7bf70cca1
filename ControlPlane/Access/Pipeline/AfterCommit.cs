namespace ControlPlane.Access.Pipeline;

/// <summary>
/// What a command's handler wants done once its transaction is committed, such as waking an operation; never done when it is
/// rolled back. It must be something that a sweeper would do later anyway, since a crash right after the commit skips it.
/// </summary>
public sealed partial class AfterCommit(ILogger<AfterCommit> log) : IDisposable
{
    private readonly List<(Action Action, Action? Otherwise)> actions = [];

    /// <param name="otherwise">Done instead when the transaction is rolled back.</param>
    public void Add(Action action, Action? otherwise = null) => actions.Add((action, otherwise));

    public void Dispose() => Forget();

    internal void Run()
    {
        foreach (var (action, _) in actions)
        {
            try
            {
                action();
            }
            catch (Exception error)
            {
                // The change is committed: telling the caller that it failed would be a lie.
                LogMissed(log, error);
            }
        }

        actions.Clear();
    }

    /// <summary>Drops what an earlier command of this scope left behind when it failed.</summary>
    internal void Forget()
    {
        foreach (var (_, otherwise) in actions)
        {
            otherwise?.Invoke();
        }

        actions.Clear();
    }

    [LoggerMessage(LogLevel.Warning, "What should follow a commit did not happen; a sweeper will do it.")]
    private static partial void LogMissed(ILogger log, Exception error);
}
