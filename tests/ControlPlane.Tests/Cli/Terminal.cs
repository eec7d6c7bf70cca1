using ControlPlane.Cli;

namespace ControlPlane.Tests.Cli;

/// <summary>Types at the command line and keeps what it prints.</summary>
internal sealed class Terminal
{
    private readonly Dictionary<string, string> variables = new(StringComparer.Ordinal);

    public Terminal(string address, string key = "cp_test")
    {
        variables["CONTROLPLANE_URL"] = address;
        variables["CONTROLPLANE_KEY"] = key;
    }

    public string Out { get; private set; } = "";

    public string Error { get; private set; } = "";

    public string Input { get; init; } = "";

    /// <summary>Somebody sits in front of it.</summary>
    public bool IsAttended { get; init; }

    /// <summary>Columns; null is a pipe.</summary>
    public int? Width { get; init; }

    public void Set(string variable, string value) => variables[variable] = value;

    public async Task<int> TypeAsync(params string[] words)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var console = new CliConsole(new StringReader(Input), output, error, IsTerminal: false, CanAsk: IsAttended, Width, v => variables.GetValueOrDefault(v));
        var code = await CommandLine.RunAsync(words, console, CancellationToken.None);
        Out = output.ToString();
        Error = error.ToString();
        return code;
    }
}
