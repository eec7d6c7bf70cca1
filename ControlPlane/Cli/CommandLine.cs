using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using ControlPlane.Cli.Verbs;

namespace ControlPlane.Cli;

/// <summary>The <c>ctl</c> command line. But for the verbs that work on files and on a server of one's own, it knows nothing that the HTTP interface does not tell it.</summary>
internal static class CommandLine
{
    public static Option<bool> Json { get; } = new("--json") { Description = "Print the answer as JSON.", Recursive = true };

    /// <summary>As the migrator's own command line has it.</summary>
    public static Option<string?> Format { get; } = FormatOption();

    public static bool WantsJson(ParseResult parsed) => parsed.GetValue(Json) || parsed.GetValue(Format) == "json";

    public static Task<int> RunAsync(string[] args) => RunAsync(args, CliConsole.OfThisProcess(), CancellationToken.None);

    public static async Task<int> RunAsync(string[] args, CliConsole console, CancellationToken ct)
    {
        var parsed = Build(console).Parse(args.Length == 0 ? ["--help"] : args);
        var style = new Style(console.HasColour);
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpWithExamples)
        {
            foreach (var error in parsed.Errors)
            {
                await console.Error.WriteLineAsync(style.Bad(error.Message));
            }

            await console.Error.WriteLineAsync($"See: {PathOf(parsed)} --help");
            return ExitCode.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new() { Output = console.Out, Error = console.Error, EnableDefaultExceptionHandler = false }, ct);
        }
        catch (CliException error)
        {
            await console.Error.WriteLineAsync(
                WantsJson(parsed) && error.Document is not null ? error.Document : $"{style.Bad(error.Message)}\n{error.Remedy}");
            return error.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Pending;
        }
    }

    private static Command Build(CliConsole console)
    {
        var root = new Command(
            "ctl",
            """
            Works with the control plane: customers, their databases, and the work around them.

            Where it is and the key to it come from CONTROLPLANE_URL (http://localhost:5080), and CONTROLPLANE_KEY or
            CONTROLPLANE_KEY_FILE (.data/admin.key). Exit codes: 0 done, 1 failed, 2 usage, 3 still pending, 4 drifted.
            """)
        {
            TenantVerbs.Create(console),
            ServerVerbs.Create(console),
            ReleaseVerbs.Create(console),
            MigrationVerbs.Create(console),
            RuntimeVerbs.Create(console),
            CertificateVerbs.Create(console),
            PlanVerbs.Create(console),
            OperationVerbs.Create(console),
            KeyVerbs.Create(console),
            AuditVerbs.Create(console),
            SecretVerbs.Create(console),
            DoctorVerbs.Findings(console),
            DoctorVerbs.Doctor(console),
        };
        var help = new HelpOption();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        root.Options.Add(Json);
        root.Options.Add(help);
        return root;
    }

    private static Option<string?> FormatOption()
    {
        var format = Shared.Text("--format", "json is the same as --json.", "text|json");
        format.Recursive = true;
        format.AcceptOnlyFromAmong("text", "json");
        return format;
    }

    private static string PathOf(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var at = parsed.CommandResult; at?.Parent is not null; at = at.Parent as System.CommandLine.Parsing.CommandResult)
        {
            names.Push(at.Command.Name);
        }

        return string.Join(' ', names.Prepend("ctl"));
    }

    /// <summary>The usual help, and below it how the verb is used.</summary>
    private sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            usual.Invoke(parseResult);
            var examples = parseResult.CommandResult.Command switch
            {
                Verb verb => verb.Examples,
                { Name: "ctl" } => ["ctl tenants create acme --plan starter --wait", "ctl operations list --live", "ctl doctor"],
                var group => [.. group.Subcommands.OfType<Verb>().SelectMany(v => v.Examples.Take(1))],
            };
            if (examples.Count > 0)
            {
                var output = parseResult.InvocationConfiguration.Output;
                output.WriteLine("Examples:");
                foreach (var example in examples)
                {
                    output.WriteLine($"  {example}");
                }
            }

            return ExitCode.Done;
        }
    }
}
