using Spectre.Console;

namespace ControlPlane.Cli;

/// <summary>Reads a secret from a file, from standard input, or from a person without showing it.</summary>
internal static class SecretInput
{
    /// <summary>Reads it without the line end.</summary>
    /// <exception cref="CliException">There is nothing to read.</exception>
    public static async Task<string> ReadAsync(CliConsole console, string? file, string question, CancellationToken ct)
    {
        if (file is not null && !File.Exists(file))
        {
            throw new CliException($"{file} does not exist.", "Name a file that holds the secret and nothing else.", ExitCode.Usage);
        }

        var secret = file is not null ? await File.ReadAllTextAsync(file, ct)
            : console.CanAsk ? await new TextPrompt<string>($"{question}:").Secret().ShowAsync(AnsiConsole.Console, ct)
            : await console.In.ReadToEndAsync(ct);
        return secret.Trim() is { Length: > 0 } given
            ? given
            : throw new CliException("The secret is empty.", "Name a file that holds it, or write it to standard input.", ExitCode.Usage);
    }
}
