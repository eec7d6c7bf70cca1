namespace ControlPlane.Cli;

/// <summary>
/// Where the control plane is and the key to it: <c>CONTROLPLANE_URL</c>, and <c>CONTROLPLANE_KEY</c> or the content of
/// <c>CONTROLPLANE_KEY_FILE</c>. A key is never an argument, since everybody on the machine sees those.
/// </summary>
internal sealed record Connection(Uri Address, string Key)
{
    private const string DefaultAddress = "http://localhost:5080";
    private static readonly string DefaultKeyFile = Path.Combine(".data", "admin.key");

    /// <summary>Reads the environment and the key's file.</summary>
    /// <exception cref="CliException">Names what is missing.</exception>
    public static Connection Find(Func<string, string?> variable)
    {
        var url = NonEmpty(variable("CONTROLPLANE_URL")) ?? DefaultAddress;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new CliException($"CONTROLPLANE_URL is '{url}', which is no address.", "Set it to something like https://control.example.com.", ExitCode.Usage);
        }

        return new(address, NonEmpty(variable("CONTROLPLANE_KEY")) ?? ReadKey(NonEmpty(variable("CONTROLPLANE_KEY_FILE")) ?? DefaultKeyFile));
    }

    private static string ReadKey(string file)
    {
        const string Remedy = "Start the control plane here with ./run, which leaves the first admin's key in .data/admin.key; or set CONTROLPLANE_KEY, or CONTROLPLANE_KEY_FILE to a file that holds a key.";
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CliException($"There is no API key: {file} does not exist.", Remedy);
        }
        catch (UnauthorizedAccessException)
        {
            throw new CliException($"The API key in {file} may not be read by this account.", "Use the account that owns it, or set CONTROLPLANE_KEY.");
        }
    }

    private static string? NonEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
