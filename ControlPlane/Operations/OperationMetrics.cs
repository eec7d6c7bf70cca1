using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ControlPlane.Operations;

/// <summary>Counts operations by workflow and outcome, and times their steps.</summary>
public sealed class OperationMetrics : IDisposable
{
    private readonly Meter meter;
    private readonly Counter<long> finished;
    private readonly Histogram<double> steps;

    public OperationMetrics(IMeterFactory meters)
    {
        meter = meters.Create("ControlPlane.Operations");
        finished = meter.CreateCounter<long>("operations_finished", description: "Operations that ended, by workflow and outcome.");
        steps = meter.CreateHistogram<double>("operation_step_duration", "s", "Time that a step took.");
    }

    public void Finished(string workflow, OperationState outcome) =>
        finished.Add(1, new("workflow", workflow), new("outcome", outcome.ToString()));

    /// <summary>Dispose what it returns when the step has ended.</summary>
    public IDisposable Step(string name) => new Timing(steps, name, Stopwatch.GetTimestamp());

    public void Dispose() => meter.Dispose();

    private sealed record Timing(Histogram<double> Steps, string Name, long Started) : IDisposable
    {
        public void Dispose() => Steps.Record(Stopwatch.GetElapsedTime(Started).TotalSeconds, new KeyValuePair<string, object?>("step", Name));
    }
}
