namespace ControlPlane.Runtimes;

/// <summary>One runtime on one server.</summary>
/// <param name="Held">Connections it holds open.</param>
/// <param name="Wanted">Connections it could make use of.</param>
/// <param name="Share">Connections it may hold open, as it was told last.</param>
public sealed record RuntimeShare(Guid KeyId, string Instance, int Held, int Wanted, int Share)
{
    /// <summary>What it may open at any moment, or has not closed yet.</summary>
    public int Taken => Math.Max(Held, Share);
}
