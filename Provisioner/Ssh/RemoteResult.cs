namespace Provisioner.Ssh;

/// <summary>How a command on a host ended and what it wrote.</summary>
public sealed record RemoteResult(string Host, int ExitCode, string Output, string Error)
{
    private const int LinesShown = 20;

    public bool Succeeded => ExitCode == 0;

    /// <param name="purpose">What failed and what to do, put before the command's own words.</param>
    /// <exception cref="RemoteCommandException">It left with another exit code than 0.</exception>
    public RemoteResult OrThrow(string purpose) =>
        Succeeded ? this : throw new RemoteCommandException(purpose, Host, ExitCode, LastLinesOf(Error.Length > 0 ? Error : Output));

    internal static string LastLinesOf(string text) => string.Join('\n', text.Trim().Split('\n').TakeLast(LinesShown));
}
