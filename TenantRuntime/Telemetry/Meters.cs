using System.Diagnostics.Metrics;
using TenantRuntime.Connections;
using TenantRuntime.Tenancy;

namespace TenantRuntime.Telemetry;

/// <summary>Instruments of the meter <c>TenantRuntime</c>. Times are in seconds.</summary>
internal static class Meters
{
    public const string Name = "TenantRuntime";

    public static readonly Meter Meter = new(Name);

    private static readonly Histogram<double> Opens = Meter.CreateHistogram<double>("tenant_runtime.connections.open_time", "s", "Time to open and verify a connection.");
    private static readonly Histogram<double> Waits = Meter.CreateHistogram<double>("tenant_runtime.connections.wait_time", "s", "Time in the queue before a connection, or leave to open one.");
    private static readonly Counter<long> Evictions = Meter.CreateCounter<long>("tenant_runtime.connections.evicted", description: "Idle connections closed to make room for another tenant's.");
    private static readonly Counter<long> TimeOuts = Meter.CreateCounter<long>("tenant_runtime.connections.timed_out", description: "Requests refused since no connection became free in time.");

    private static readonly Counter<long> Requests = Meter.CreateCounter<long>("tenant_runtime.requests", description: "Requests served, by tenant.");
    private static readonly Counter<long> Refusals = Meter.CreateCounter<long>("tenant_runtime.requests.limited", description: "Requests refused with 429, by tenant.");

    private static readonly Counter<long> ForeignSessions = Meter.CreateCounter<long>("tenant_runtime.sessions.foreign", description: "Requests refused since their session belongs to another tenant.");

    public static void Opened(TimeSpan took, Guid server) => Record(Opens, took, server);

    public static void Waited(TimeSpan took, Guid server) => Record(Waits, took, server);

    public static void Evicted(Guid server) => Count(Evictions, server);

    public static void TimedOut(Guid server) => Count(TimeOuts, server);

    public static void Served(ServedTenant tenant) => Count(Requests, tenant);

    public static void ForeignSession(ServedTenant tenant) => Count(ForeignSessions, tenant);

    public static void Refused(ServedTenant tenant) => Count(Refusals, tenant);

    private static void Count(Counter<long> counter, ServedTenant tenant)
    {
        if (counter.Enabled)
        {
            counter.Add(1, new KeyValuePair<string, object?>("tenant", tenant.Route.Slug));
        }
    }

    /// <summary>Shows how the connections of each server stand whenever somebody looks.</summary>
    public static void Observe(ServerPools servers)
    {
        Meter.CreateObservableGauge("tenant_runtime.connections", () => servers.All.SelectMany(Connections), description: "Connections by server and state.");
        Meter.CreateObservableGauge("tenant_runtime.connections.waiting", () => servers.All.Select(s => Value(s.Measure().Waiting, s)), description: "Requests in the queue for a new connection.");
        Meter.CreateObservableGauge("tenant_runtime.connections.limit", () => servers.All.Select(s => Value(s.Limit, s)), description: "What may be held at most.");
    }

    private static IEnumerable<Measurement<int>> Connections(ServerPool server)
    {
        var (inUse, idle, _) = server.Measure();
        yield return Value(inUse, server, new KeyValuePair<string, object?>("state", "used"));
        yield return Value(idle, server, new KeyValuePair<string, object?>("state", "idle"));
    }

    private static Measurement<int> Value(int value, ServerPool server, params ReadOnlySpan<KeyValuePair<string, object?>> more) =>
        new(value, [new("server", server.ServerId), .. more]);

    private static void Record(Histogram<double> histogram, TimeSpan took, Guid server)
    {
        if (histogram.Enabled)
        {
            histogram.Record(took.TotalSeconds, new KeyValuePair<string, object?>("server", server));
        }
    }

    private static void Count(Counter<long> counter, Guid server)
    {
        if (counter.Enabled)
        {
            counter.Add(1, new KeyValuePair<string, object?>("server", server));
        }
    }
}
