namespace ControlPlane.Cli;

/// <summary>What the command line returns to the shell.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;

    /// <summary>What was typed makes no sense; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>The work has begun and has not ended.</summary>
    public const int Pending = 3;

    /// <summary>A schema is not what it should be.</summary>
    public const int Drifted = 4;
}
