using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Migrator.Databases;
using Migrator.Fleet;
using Migrator.Sources;

namespace Migrator.Cli;

/// <summary>How the work is done and shown.</summary>
internal sealed class RunOptions
{
    private static readonly FleetOptions Defaults = new();

    private readonly Option<bool> dryRun = new("--dry-run") { Description = "Show what would be done" };
    private readonly Option<int> parallel = new("--parallel") { Description = "Databases at once", DefaultValueFactory = _ => Defaults.Parallel };
    private readonly Option<int> perServer = new("--per-server") { Description = "Databases at once on one server", DefaultValueFactory = _ => Defaults.PerServer };
    private readonly Option<int> canaries = new("--canaries") { Description = "How many databases go first; none of them may fail", DefaultValueFactory = _ => Defaults.Canaries };
    private readonly Option<FailureLimit> maxFailures = new("--max-failures") { Description = "Stop after more failures than N or P%", HelpName = "N|P%", DefaultValueFactory = _ => Defaults.MaxFailures, CustomParser = ParseLimit };
    private readonly Option<TimeSpan> lockTimeout = new("--lock-timeout") { Description = "How long a statement waits for a lock before it steps back (grows to four times as much)", HelpName = "500ms", DefaultValueFactory = _ => TimeSpan.FromMilliseconds(500), CustomParser = ParseDuration };
    private readonly Option<string> journal = new("--journal") { Description = "File that remembers where each database stands", DefaultValueFactory = _ => "migrator.journal" };
    private readonly Option<bool> unfinished = new("--retry-failed") { Description = "Only databases that the journal does not call done" };
    private readonly Option<bool> outOfOrder = new("--allow-out-of-order") { Description = "Apply files older than the newest applied one" };
    private readonly Option<bool> missing = new("--allow-missing") { Description = "Accept applied versions without a file" };
    private readonly Option<bool> holdContract = new("--hold-contract") { Description = "Leave \"phase contract\" files pending" };

    public Option<string?> To { get; } = new("--to") { Description = "Version to stop at" };

    public void AddTo(Command command, bool writes)
    {
        Option[] always = [parallel, perServer, outOfOrder, missing];
        Option[] writing = [dryRun, canaries, maxFailures, lockTimeout, journal, unfinished, holdContract];
        foreach (var option in writes ? [.. always, .. writing] : always) command.Options.Add(option);
    }

    public MigratorOptions Migrator(ParseResult parsed, string run)
    {
        var timeout = Value(parsed, lockTimeout);
        return new MigratorOptions
        {
            Run = run,
            To = Value(parsed, To),
            DryRun = Value(parsed, dryRun),
            LockTimeout = timeout == TimeSpan.Zero ? TimeSpan.FromMilliseconds(500) : timeout,
            MaxLockTimeout = timeout == TimeSpan.Zero ? TimeSpan.FromSeconds(2) : timeout * 4,
            AllowOutOfOrder = Value(parsed, outOfOrder),
            AllowMissing = Value(parsed, missing),
            IncludeContract = !Value(parsed, holdContract),
        };
    }

    public FleetOptions Fleet(ParseResult parsed, string adminDatabase, int total) => new()
    {
        Parallel = Value(parsed, parallel),
        PerServer = Value(parsed, perServer),
        Canaries = Has(parsed, canaries) ? Value(parsed, canaries) : 0,
        MaxFailures = Value(parsed, maxFailures) ?? new FailureLimit(int.MaxValue, 0),
        AdminDatabase = adminDatabase,
        Total = total,
    };

    /// <summary>Null for verbs that only read.</summary>
    public FileJournal? Journal(ParseResult parsed) => Has(parsed, journal) && !Value(parsed, dryRun) ? new FileJournal(Value(parsed, journal)!) : null;

    public bool OnlyUnfinished(ParseResult parsed) => Value(parsed, unfinished);

    private static bool Has(ParseResult parsed, Option option) => parsed.CommandResult.Command.Options.Contains(option);

    private static T? Value<T>(ParseResult parsed, Option<T> option) => Has(parsed, option) ? parsed.GetValue(option) : default;

    private static FailureLimit? ParseLimit(ArgumentResult result)
    {
        if (FailureLimit.Parse(result.Tokens[0].Value) is { } limit) return limit;
        result.AddError($"\"{result.Tokens[0].Value}\" is neither a number nor a percentage: write 5 or 2%.");
        return null;
    }

    private static TimeSpan ParseDuration(ArgumentResult result)
    {
        if (MigrationHeaders.ParseDuration(result.Tokens[0].Value) is { } duration && duration > TimeSpan.Zero) return duration;
        result.AddError(string.Create(CultureInfo.InvariantCulture, $"\"{result.Tokens[0].Value}\" is no duration: write 500ms or 2s."));
        return TimeSpan.Zero;
    }
}
