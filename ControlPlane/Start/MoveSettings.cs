namespace ControlPlane.Start;

/// <summary>How tenants move from server to server, by configuration section <c>ControlPlane:Moves</c>.</summary>
public sealed record MoveSettings
{
    /// <summary>How long runtimes get to finish what they are doing in a tenant's database; what still goes on then is cut off.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long requests are held at most; then the tenant goes on where it was, and the move tries again later.</summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the way back is kept after a move.</summary>
    public TimeSpan Soak { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Tenants that leave one server at the same time, when it is drained.</summary>
    public int AtOnce { get; init; } = 2;

    internal void Check(List<string> faults)
    {
        if (Hold < TimeSpan.FromMilliseconds(100) || Drain > Hold || Drain < TimeSpan.Zero)
        {
            faults.Add($"ControlPlane__Moves__Hold is {Hold} and ControlPlane__Moves__Drain {Drain}. Choose at least 0.1 s to hold, of which to drain takes a part.");
        }

        if (Soak < TimeSpan.Zero || AtOnce is < 1 or > 16)
        {
            faults.Add("ControlPlane__Moves__Soak must not be negative, and ControlPlane__Moves__AtOnce 1 to 16.");
        }
    }
}
