namespace ControlPlane.Cli;

/// <summary>Ends a verb with a message and what to do next.</summary>
/// <param name="document">The problem document of the API, for <c>--json</c>.</param>
internal sealed class CliException(string message, string remedy, int exitCode = ExitCode.Failed, string? document = null) : Exception(message)
{
    public string Remedy { get; } = remedy;

    public int ExitCode { get; } = exitCode;

    public string? Document { get; } = document;
}
