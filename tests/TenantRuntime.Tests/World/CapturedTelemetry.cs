using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace TenantRuntime.Tests.World;

/// <summary>Everything an application says about itself: log entries with their scopes, traces, measurements.</summary>
public sealed class CapturedTelemetry : ILoggerProvider, ISupportExternalScope
{
    private readonly ActivityListener activities;
    private readonly MeterListener meters = new();
    private IExternalScopeProvider scopes = new LoggerExternalScopeProvider();

    public CapturedTelemetry()
    {
        activities = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => Traces.Add($"{activity.DisplayName} {string.Join(' ', activity.TagObjects.Select(t => $"{t.Key}={t.Value}"))} {string.Join(' ', activity.Events.SelectMany(e => e.Tags).Select(t => $"{t.Key}={t.Value}"))}"),
        };
        ActivitySource.AddActivityListener(activities);
        meters.InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument);
        meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        meters.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        meters.Start();
    }

    public ConcurrentBag<string> Logs { get; } = [];

    public ConcurrentBag<string> Traces { get; } = [];

    public ConcurrentBag<string> Measurements { get; } = [];

    public void Measure() => meters.RecordObservableInstruments();

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

    public void Dispose()
    {
        activities.Dispose();
        meters.Dispose();
    }

    private void Add<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        Measurements.Add($"{instrument.Name}={value} {string.Join(' ', tags.ToArray().Select(t => $"{t.Key}={t.Value}"))}");

    private sealed class Logger(CapturedTelemetry telemetry, string category) : ILogger
    {
        public IDisposable BeginScope<TState>(TState state)
            where TState : notnull => telemetry.scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var scope = new List<string>();
            telemetry.scopes.ForEachScope((value, all) => all.Add(value is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs.Select(p => $"{p.Key}={p.Value}")) : $"{value}"), scope);
            telemetry.Logs.Add($"{logLevel} {category}: {formatter(state, exception)} {exception} [{string.Join(' ', scope)}]");
        }
    }
}
