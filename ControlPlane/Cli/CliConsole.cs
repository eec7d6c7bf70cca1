namespace ControlPlane.Cli;

/// <summary>Where the command line reads and writes, and what it may assume there.</summary>
/// <param name="IsTerminal">Somebody watches: colours and live views are welcome.</param>
/// <param name="CanAsk">Somebody can answer questions.</param>
/// <param name="Width">Columns of the terminal; null when lines may be as long as they are.</param>
/// <param name="Variable">Reads an environment variable.</param>
internal sealed record CliConsole(
    TextReader In, TextWriter Out, TextWriter Error, bool IsTerminal, bool CanAsk, int? Width, Func<string, string?> Variable)
{
    public static CliConsole OfThisProcess() => new(
        Console.In,
        Console.Out,
        Console.Error,
        IsTerminal: !Console.IsOutputRedirected,
        CanAsk: !Console.IsInputRedirected && !Console.IsOutputRedirected,
        Width: Console.IsOutputRedirected || Console.WindowWidth <= 0 ? null : Console.WindowWidth,
        Environment.GetEnvironmentVariable);

    public bool HasColour => IsTerminal && string.IsNullOrEmpty(Variable("NO_COLOR"));
}
