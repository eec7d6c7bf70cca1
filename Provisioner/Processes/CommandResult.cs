namespace Provisioner.Processes;

/// <summary>How a command ended and what it wrote.</summary>
public sealed record CommandResult(string Program, int ExitCode, string Output, string Error)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>Throws <see cref="ProvisioningException"/> (<c>command_failed</c>) with the end of what the command wrote.</summary>
    /// <param name="purpose">What failed and what to do, put before the command's own words.</param>
    public CommandResult OrThrow(string purpose) =>
        Succeeded
            ? this
            : throw new ProvisioningException("command_failed", $"{purpose} ({Path.GetFileName(Program)} left with {ExitCode}): {LastWords}");

    private string LastWords
    {
        get
        {
            var words = (Error.Length > 0 ? Error : Output).Trim();
            return words.Length > 2000 ? words[^2000..] : words;
        }
    }
}
