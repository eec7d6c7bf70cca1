namespace ControlPlane.Operations;

/// <summary>A free worker, kept for an operation that is not committed yet. Use it or give it back.</summary>
public sealed class ReservedHand : IDisposable
{
    private readonly Action<Operation?> end;
    private bool isUsed;

    internal ReservedHand(Action<Operation?> end) => this.end = end;

    /// <summary>Begins the operation, which must be claimed by this node. Never waits.</summary>
    public void Run(Operation claimed) => End(claimed);

    /// <summary>Gives the worker back, if it was not used.</summary>
    public void Dispose() => End(claimed: null);

    private void End(Operation? claimed)
    {
        if (!isUsed)
        {
            isUsed = true;
            end(claimed);
        }
    }
}
