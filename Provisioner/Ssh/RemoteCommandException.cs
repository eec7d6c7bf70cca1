namespace Provisioner.Ssh;

/// <summary>A command ran on a host and failed.</summary>
/// <param name="exitCode">128 and a signal's number where a signal ended it.</param>
/// <param name="lastLines">The end of what it wrote.</param>
public sealed class RemoteCommandException(string purpose, string host, int exitCode, string lastLines)
    : ProvisioningException("remote_command_failed", $"{purpose} ({host}, exit code {exitCode}): {lastLines}")
{
    public int ExitCode { get; } = exitCode;

    public string LastLines { get; } = lastLines;
}
