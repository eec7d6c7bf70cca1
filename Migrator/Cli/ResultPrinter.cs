using System.Globalization;
using System.Text.Json;
using Migrator.Fleet;

namespace Migrator.Cli;

/// <summary>Prints results as they come: a line of JSON each, or lines for people; then hands them to the journal behind it.</summary>
/// <param name="all">Whether databases that are done are printed for people too.</param>
internal sealed class ResultPrinter(TextWriter output, bool json, bool all, IFleetJournal? journal) : IFleetJournal
{
    private readonly Lock gate = new();

    public async Task<IAsyncDisposable> ClaimAsync(string run, CancellationToken ct) =>
        journal is null ? new Unclaimed() : await journal.ClaimAsync(run, ct);

    public async Task RecordAsync(TargetResult result, CancellationToken ct)
    {
        if (journal is not null) await journal.RecordAsync(result, ct);
        lock (gate)
        {
            if (json)
            {
                output.WriteLine(JsonSerializer.Serialize(result, JournalJson.Default.TargetResult));
            }
            else if (all || result.State != TargetState.Done)
            {
                WriteForPeople(result);
            }
        }
    }

    public void Summary(FleetReport report)
    {
        if (json)
        {
            // The databases were printed one by one already.
            output.WriteLine(JsonSerializer.Serialize(report with { Problems = [] }, JournalJson.Default.FleetReport));
            return;
        }

        var states = report.States.OrderBy(pair => pair.Key).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Value} {Word(pair.Key)}"));
        var heads = report.Heads.OrderByDescending(pair => pair.Value).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Value} at {pair.Key}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", states)} in {report.Took.TotalSeconds:0.0} s; {string.Join(", ", heads)}"));
        if (report.Stopped is not null) output.WriteLine($"Stopped: {report.Stopped}.");
    }

    private void WriteForPeople(TargetResult result)
    {
        output.WriteLine($"{Word(result.State),-11} {result.Target}  {result.Head ?? "-"}{(result.Applied.Count > 0 ? $"  applied {string.Join(", ", result.Applied)}" : "")}{(result.Pending.Count > 0 ? $"  pending {string.Join(", ", result.Pending)}" : "")}");
        if (result.Error is not null) output.WriteLine($"            {result.Error}");
        foreach (var difference in result.Differences) output.WriteLine($"            {difference}");
    }

    private static string Word(TargetState state) => state switch
    {
        TargetState.Done => "done",
        TargetState.Pending => "pending",
        TargetState.Locked => "locked",
        TargetState.Unreachable => "unreachable",
        TargetState.Failed => "failed",
        _ => "drifted",
    };

    private sealed class Unclaimed : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
