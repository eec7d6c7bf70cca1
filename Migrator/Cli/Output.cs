using Spectre.Console;

namespace Migrator.Cli;

/// <summary>Where a verb writes.</summary>
/// <param name="Results">Standard output: what was asked for.</param>
/// <param name="Messages">Standard error: everything about how it goes.</param>
internal sealed record Output(TextWriter Results, TextWriter Messages)
{
    /// <summary>Null when nobody watches.</summary>
    public IAnsiConsole? Terminal => Console.IsErrorRedirected || !ReferenceEquals(Messages, Console.Error)
        ? null
        : AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Messages) });
}
