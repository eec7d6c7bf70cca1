using System.CommandLine;
using System.Globalization;
using Migrator.Databases;
using Migrator.Fleet;
using Migrator.Sources;

namespace Migrator.Cli;

/// <summary>A verb that does the same work on every database of a list.</summary>
internal sealed class FleetVerb
{
    private readonly SourceOptions sources = new();
    private readonly TargetOptions targets = new();
    private readonly RunOptions run = new();
    private readonly Option<OutputFormat> format = new("--format") { Description = "text, or json: a line per database, then one with the totals", DefaultValueFactory = _ => OutputFormat.Text };
    private readonly Output output;
    private readonly bool all;

    /// <summary>Puts the verb together; <see cref="Command"/> is the result.</summary>
    /// <param name="writes">Whether it changes databases: then it has canaries, a failure budget and a journal.</param>
    /// <param name="all">Whether databases that are done are listed too.</param>
    /// <param name="prepare">Makes the work, once for all databases.</param>
    public FleetVerb(string name, string description, bool writes, bool all, Output output, IEnumerable<Option> own, Prepare prepare)
    {
        (this.output, this.all) = (output, all);
        Command = new Command(name, description);
        sources.AddTo(Command);
        targets.AddTo(Command);
        foreach (var option in own) Command.Options.Add(option);
        if (!Command.Options.Any(option => string.Equals(option.Name, run.To.Name, StringComparison.Ordinal))) Command.Options.Add(run.To);
        run.AddTo(Command, writes);
        Command.Options.Add(format);
        Command.SetAction((parsed, ct) => RunAsync(parsed, prepare, ct));
    }

    public delegate Task<Prepared> Prepare(ParseResult parsed, IReadOnlyList<Migration> migrations, MigratorOptions options, CancellationToken ct);

    public Command Command { get; }

    private async Task<int> RunAsync(ParseResult parsed, Prepare prepare, CancellationToken ct)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{Command.Name} {TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss} on {Environment.MachineName}");
        var options = run.Migrator(parsed, name);
        var (work, readHistories) = await prepare(parsed, sources.Read(parsed), options, ct);
        var journal = run.Journal(parsed);
        var wanted = Unfinished(targets.Read(parsed), run.OnlyUnfinished(parsed) ? journal : null);
        var json = parsed.GetValue(format) == OutputFormat.Json;
        var printer = new ResultPrinter(output.Results, json, all, journal);
        var runner = new FleetRunner(work, run.Fleet(parsed, targets.AdminDatabase(parsed), wanted.Count) with { ReadHistories = readHistories }, printer);

        using var stop = new CancellationTokenSource();
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var interrupts = new Interrupts(stop, abort, output.Messages);
        var report = await ProgressLine.ShowAsync(json ? null : output.Terminal, runner, runner.RunAsync(name, wanted.ToAsyncEnumerable(), stop.Token, abort.Token));
        printer.Summary(report);
        return ExitCode.Of(report);
    }

    /// <summary>What to do with each database.</summary>
    /// <param name="ReadHistories">See <see cref="FleetOptions.ReadHistories"/>.</param>
    public sealed record Prepared(FleetWork Work, bool ReadHistories = false);

    private static IReadOnlyList<FleetTarget> Unfinished(IReadOnlyList<FleetTarget> targets, FileJournal? journal)
    {
        if (journal is null) return targets;
        var known = journal.Read();
        return [.. targets.Where(target => known.GetValueOrDefault(target.Name)?.State != TargetState.Done)];
    }
}
