using System.Globalization;
using System.Text;

namespace TenantRuntime.Telemetry;

/// <summary>One instrument with one set of labels: a sum, a last value, or a histogram. Safe for use by many threads.</summary>
internal sealed class MetricSeries(MetricKind kind, string labels, IReadOnlyList<double> bounds)
{
    private readonly Lock writing = new();
    private readonly long[] buckets = new long[bounds.Count + 1];
    private double sum;
    private long count;

    public void Add(double value)
    {
        lock (writing)
        {
            count++;
            sum = kind is MetricKind.Gauge or MetricKind.ObservedCounter ? value : sum + value;
            if (kind == MetricKind.Histogram)
            {
                var bucket = 0;
                while (bucket < bounds.Count && value > bounds[bucket])
                {
                    bucket++;
                }

                buckets[bucket]++;
            }
        }
    }

    public void Write(StringBuilder text, string name)
    {
        lock (writing)
        {
            if (kind == MetricKind.Histogram)
            {
                long upTo = 0;
                for (var i = 0; i < buckets.Length; i++)
                {
                    upTo += buckets[i];
                    var bound = i < bounds.Count ? Number(bounds[i]) : "+Inf";
                    Line(text, $"{name}_bucket", labels.Length == 0 ? $"le=\"{bound}\"" : $"{labels},le=\"{bound}\"", upTo);
                }

                Line(text, $"{name}_sum", labels, sum);
                Line(text, $"{name}_count", labels, count);
                return;
            }

            Line(text, name, labels, sum);
        }
    }

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);
}
