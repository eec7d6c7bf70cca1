using System.CommandLine;
using System.Text.Json;
using ControlPlane.Cli.Operations;
using Migrator;
using Provisioner;

namespace ControlPlane.Cli;

/// <summary>One thing that can be typed: what it does, how it reads, and examples that its help shows.</summary>
internal sealed class Verb(string name, string description, params string[] examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples { get; } = examples;

    /// <summary>Adds arguments and options.</summary>
    public Verb With(params ReadOnlySpan<Symbol> symbols)
    {
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                Arguments.Add(argument);
            }
            else
            {
                Options.Add((Option)symbol);
            }
        }

        return this;
    }

    /// <summary>What it does with a connection to the control plane.</summary>
    /// <returns>The verb itself.</returns>
    public Verb Does(CliConsole console, Func<Call, CancellationToken, Task<int>> action)
    {
        SetAction(async (parsed, ct) =>
        {
            using var api = new ApiClient(Connection.Find(console.Variable));
            var report = new Report(console, CommandLine.WantsJson(parsed));
            return await action(new(parsed, api, report, console, new OperationFollower(api, report, console)), ct);
        });
        return this;
    }

    /// <summary>What it does by itself and for longer, without a control plane.</summary>
    /// <returns>The verb itself.</returns>
    public Verb DoesAlone(CliConsole console, Func<ParseResult, Report, CancellationToken, Task<int>> action)
    {
        SetAction(async (parsed, ct) =>
        {
            try
            {
                return await action(parsed, new Report(console, CommandLine.WantsJson(parsed)), ct);
            }
            catch (ProvisioningException error)
            {
                throw new CliException(error.Message, "It may be run again: what was done before stays.");
            }
        });
        return this;
    }

    /// <summary>What it does by itself, without a control plane; it answers the lines to print.</summary>
    /// <returns>The verb itself.</returns>
    public Verb DoesLocally(CliConsole console, Func<ParseResult, IReadOnlyList<string>> action)
    {
        SetAction(parsed =>
        {
            try
            {
                var lines = action(parsed);
                var report = new Report(console, CommandLine.WantsJson(parsed));
                if (report.IsJson)
                {
                    report.Json(JsonSerializer.SerializeToElement(lines));
                }

                lines.ToList().ForEach(report.Say);
                return ExitCode.Done;
            }
            catch (MigrationException error)
            {
                throw new CliException(error.Message, $"See: ctl migrations {Name} --help");
            }
        });
        return this;
    }

    /// <summary>Everything that a verb needs while it runs.</summary>
    public sealed record Call(ParseResult Parsed, ApiClient Api, Report Report, CliConsole Console, OperationFollower Follower)
    {
        public T? Get<T>(Option<T> option) => Parsed.GetValue(option);

        /// <summary>An argument, ready to stand in a path.</summary>
        public string Path(Argument<string> argument) => Uri.EscapeDataString(Parsed.GetValue(argument)!);
    }
}
