using System.Diagnostics;

namespace Migrator.Fleet;

/// <summary>Counts results as they come and decides when there were too many failures.</summary>
internal sealed class FleetTally(FleetOptions options)
{
    private readonly Lock gate = new();
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Dictionary<TargetState, long> states = [];
    private readonly Dictionary<string, long> heads = new(StringComparer.Ordinal);
    private readonly List<TargetResult> problems = [];
    private long seen;
    private string? stopped;

    /// <summary>Why no further database is to be begun; null to go on.</summary>
    public string? Stopped
    {
        get
        {
            lock (gate) return stopped;
        }
    }

    public void Stop(string why)
    {
        lock (gate) stopped ??= why;
    }

    public void CountSeen() => Interlocked.Increment(ref seen);

    public void Add(TargetResult result, bool canary)
    {
        lock (gate)
        {
            states[result.State] = states.GetValueOrDefault(result.State) + 1;
            var head = result.Head ?? (result.State is TargetState.Done or TargetState.Pending ? "none" : "?");
            heads[head] = heads.GetValueOrDefault(head) + 1;
            if (result.State == TargetState.Done) return;
            if (problems.Count < FleetReport.KeptProblems) problems.Add(result);
            if (result.State != TargetState.Failed) return;

            var failures = states[TargetState.Failed];
            var total = options.Total ?? Interlocked.Read(ref seen);
            if (canary)
            {
                stopped ??= $"{result.Target} is one of the canaries and failed. Fix the migration, then run again";
            }
            else if (options.MaxFailures.IsExceeded(failures, total))
            {
                stopped ??= $"{failures} databases failed and {options.MaxFailures} may. Fix the migration, then run again";
            }
        }
    }

    public FleetProgress Progress(int running, int waiting)
    {
        lock (gate)
        {
            var done = states.GetValueOrDefault(TargetState.Done);
            return new FleetProgress(options.Total, done, running, waiting, states.Values.Sum() - done, clock.Elapsed);
        }
    }

    public FleetReport Report(string run)
    {
        lock (gate) return new FleetReport(run, states, heads, problems, stopped, clock.Elapsed);
    }
}
