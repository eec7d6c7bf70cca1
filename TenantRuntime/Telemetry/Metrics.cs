using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace TenantRuntime.Telemetry;

/// <summary>Listens to this process's instruments and writes them as Prometheus text.</summary>
public sealed class Metrics : IDisposable
{
    /// <summary>Of the Prometheus text format.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private static readonly string[] Wanted =
        ["ControlPlane", Telemetry.Meters.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql", "System.Runtime"];

    private readonly ConcurrentDictionary<string, MetricFamily> families = new(StringComparer.Ordinal);
    private readonly MeterListener listener = new();

    public Metrics()
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (Array.Exists(Wanted, w => IsWithin(instrument.Meter.Name, w)))
            {
                // Instruments of the same name, one per data source for instance, are one family.
                var family = new MetricFamily(instrument);
                self.EnableMeasurementEvents(instrument, families.GetOrAdd(family.Name, family));
            }
        };
        listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => ((MetricFamily)family!).Add(value, tags));
        listener.SetMeasurementEventCallback<float>(static (_, value, tags, family) => ((MetricFamily)family!).Add(value, tags));
        listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => ((MetricFamily)family!).Add(value, tags));
        listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => ((MetricFamily)family!).Add(value, tags));
        listener.SetMeasurementEventCallback<short>(static (_, value, tags, family) => ((MetricFamily)family!).Add(value, tags));
        listener.SetMeasurementEventCallback<byte>(static (_, value, tags, family) => ((MetricFamily)family!).Add(value, tags));
        listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, family) => ((MetricFamily)family!).Add((double)value, tags));
        listener.Start();
    }

    /// <summary>Meters that OpenTelemetry exports too.</summary>
    public static IReadOnlyList<string> Heard => Wanted;

    /// <summary>Whether a request comes from this machine itself, and was not handed on by a proxy that runs on it.</summary>
    public static bool IsNear(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !http.Request.Headers.ContainsKey("X-Forwarded-For") && !http.Request.Headers.ContainsKey("Forwarded");

    public string Write()
    {
        listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var family in families.Values.OrderBy(f => f.Name, StringComparer.Ordinal))
        {
            family.Write(text);
        }

        return text.ToString();
    }

    public void Dispose() => listener.Dispose();

    private static bool IsWithin(string meter, string wanted) =>
        meter.StartsWith(wanted, StringComparison.Ordinal) && (meter.Length == wanted.Length || meter[wanted.Length] == '.');
}
