namespace Provisioner.Ssh;

/// <summary>A program to run on a host. Arguments reach it as they are, whatever characters they hold.</summary>
public sealed record RemoteCommand(string Program, params IReadOnlyList<string> Arguments)
{
    /// <summary>Runs it as root by <c>sudo</c>, which must not ask for a password.</summary>
    public bool AsRoot { get; init; }

    /// <summary>How long it may run; what takes longer is work for a <see cref="RemoteUnit"/>.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Written to its standard input, which is then closed. For secrets, too: arguments are seen by everybody on the host.</summary>
    public Stream? Input { get; init; }

    /// <summary>The program with its arguments, through sudo where asked for.</summary>
    internal IReadOnlyList<string> Words => AsRoot ? ["sudo", "-n", "--", Program, .. Arguments] : [Program, .. Arguments];
}
