using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace TenantRuntime.Telemetry;

/// <summary>All series of one instrument, under the name that Prometheus gives it: underscores, the unit, <c>_total</c>.</summary>
internal sealed class MetricFamily
{
    private const int MostSeries = 2000;

    // OpenTelemetry's default boundaries for seconds.
    private static readonly double[] Seconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
    private static readonly double[] Plain = [1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 100_000, 1_000_000];

    private readonly ConcurrentDictionary<string, MetricSeries> series = new(StringComparer.Ordinal);
    private readonly string description;
    private readonly MetricKind kind;
    private readonly IReadOnlyList<double> bounds;

    public MetricFamily(Instrument instrument)
    {
        description = instrument.Description ?? "";
        kind = KindOf(instrument);
        Name = NameOf(instrument, kind);
        bounds = kind == MetricKind.Histogram ? AdvisedBounds(instrument) ?? (instrument.Unit == "s" ? Seconds : Plain) : [];
    }

    public string Name { get; }

    public void Add(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = Labels(tags);
        if (!series.TryGetValue(labels, out var one))
        {
            if (series.Count >= MostSeries)
            {
                // A label that takes any value must not eat the memory.
                labels = "overflow=\"true\"";
            }

            one = series.GetOrAdd(labels, l => new MetricSeries(kind, l, bounds));
        }

        one.Add(value);
    }

    public void Write(StringBuilder text)
    {
        if (series.IsEmpty)
        {
            return;
        }

        var type = kind switch { MetricKind.Histogram => "histogram", MetricKind.Counter or MetricKind.ObservedCounter => "counter", _ => "gauge" };
        text.Append("# HELP ").Append(Name).Append(' ')
            .Append(description.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
        text.Append("# TYPE ").Append(Name).Append(' ').Append(type).Append('\n');
        foreach (var (_, one) in series.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            one.Write(text, Name);
        }
    }

    private static MetricKind KindOf(Instrument instrument)
    {
        var name = instrument.GetType().Name;
        return name.StartsWith("ObservableCounter", StringComparison.Ordinal) ? MetricKind.ObservedCounter
            : name.StartsWith("Counter", StringComparison.Ordinal) ? MetricKind.Counter
            : name.StartsWith("Histogram", StringComparison.Ordinal) ? MetricKind.Histogram
            : name.StartsWith("UpDownCounter", StringComparison.Ordinal) ? MetricKind.UpDown
            : MetricKind.Gauge;
    }

    private static IReadOnlyList<double>? AdvisedBounds(Instrument instrument) => instrument switch
    {
        Instrument<double> { Advice.HistogramBucketBoundaries: { } b } => b,
        Instrument<long> { Advice.HistogramBucketBoundaries: { } b } => [.. b.Select(v => (double)v)],
        Instrument<int> { Advice.HistogramBucketBoundaries: { } b } => [.. b.Select(v => (double)v)],
        _ => null,
    };

    private static string NameOf(Instrument instrument, MetricKind kind)
    {
        var name = Sanitised(instrument.Name);
        var unit = instrument.Unit switch
        {
            "s" => "seconds",
            "ms" => "milliseconds",
            "By" => "bytes",
            "%" => "percent",
            "1" when kind == MetricKind.Gauge => "ratio",
            _ => "",
        };
        if (unit.Length > 0 && !name.EndsWith(unit, StringComparison.Ordinal))
        {
            name = $"{name}_{unit}";
        }

        return kind is MetricKind.Counter or MetricKind.ObservedCounter && !name.EndsWith("_total", StringComparison.Ordinal) ? $"{name}_total" : name;
    }

    private static string Sanitised(string name) =>
        string.Concat(name.Select((c, i) => char.IsAsciiLetter(c) || c == '_' || (i > 0 && char.IsAsciiDigit(c)) ? c : '_'));

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        var sorted = tags.ToArray();
        Array.Sort(sorted, static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        var text = new StringBuilder();
        foreach (var (key, value) in sorted)
        {
            text.Append(text.Length == 0 ? "" : ",").Append(Sanitised(key)).Append("=\"");
            foreach (var c in Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "")
            {
                _ = c switch
                {
                    '\\' => text.Append("\\\\"),
                    '"' => text.Append("\\\""),
                    '\n' => text.Append("\\n"),
                    _ => text.Append(c),
                };
            }

            text.Append('"');
        }

        return text.ToString();
    }
}
