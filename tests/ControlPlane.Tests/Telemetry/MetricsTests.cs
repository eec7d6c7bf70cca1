using System.Diagnostics.Metrics;
using ControlPlane.Tests.Api;
using TenantRuntime.Telemetry;

namespace ControlPlane.Tests.Telemetry;

public sealed class MetricsTests
{
    [Fact]
    public void Counters_gauges_and_histograms_are_written_as_prometheus_reads_them()
    {
        using var metrics = new Metrics();
        using var meter = new Meter("ControlPlane.Test");
        meter.CreateCounter<long>("rows.read", description: "Rows\nread.").Add(2, new("table", "a\"b\\c\nd"), new("by", 1));
        var queue = meter.CreateUpDownCounter<int>("queue.length");
        queue.Add(5);
        queue.Add(-2);
        meter.CreateObservableGauge("age", () => 1.5, "s");
        meter.CreateObservableCounter("ticks", () => 7L);
        var waits = meter.CreateHistogram("wait", "s", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        waits.Record(0.1);
        waits.Record(0.5);
        waits.Record(9);
        metrics.Write();
        var text = metrics.Write();
        text.ShouldContain("# HELP rows_read_total Rows\\nread.\n# TYPE rows_read_total counter\nrows_read_total{by=\"1\",table=\"a\\\"b\\\\c\\nd\"} 2\n");
        text.ShouldContain("# TYPE queue_length gauge\nqueue_length 3\n");
        text.ShouldContain("# TYPE age_seconds gauge\nage_seconds 1.5\n");
        text.ShouldContain("# TYPE ticks_total counter\nticks_total 7\n");
        text.ShouldContain(
            """
            # TYPE wait_seconds histogram
            wait_seconds_bucket{le="0.1"} 1
            wait_seconds_bucket{le="1"} 2
            wait_seconds_bucket{le="+Inf"} 3
            wait_seconds_sum 9.6
            wait_seconds_count 3

            """);
    }

    [Fact]
    public void A_label_with_ever_new_values_does_not_eat_the_memory()
    {
        using var metrics = new Metrics();
        using var meter = new Meter("ControlPlane.Endless");
        var counter = meter.CreateCounter<int>("endless");
        foreach (var i in Enumerable.Range(0, 5000))
        {
            counter.Add(1, new KeyValuePair<string, object?>("id", i));
        }

        var lines = metrics.Write().Split('\n').Where(l => l.StartsWith("endless_total{", StringComparison.Ordinal)).ToList();
        lines.Count.ShouldBe(2001);
        lines.ShouldContain("endless_total{overflow=\"true\"} 3000");
    }

    [Fact]
    public async Task Requests_are_counted_by_route_and_status()
    {
        await using var host = await ApiHost.StartAsync();
        await host.GetAsync("/v1/plans/free");
        await host.GetAsync("/v1/plans/gold");
        var answer = await host.SendAsync(HttpMethod.Get, "/metrics", key: null);
        answer.Status.ShouldBe(200);
        answer.ContentType.ShouldBe("text/plain");
        answer.Text.ShouldContain("http_server_request_duration_seconds_count{");
        answer.Text.ShouldContain("http_response_status_code=\"404\",http_route=\"/v1/plans/{name}\"");
        using var forwarded = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        forwarded.Headers.Add("X-Forwarded-For", "203.0.113.7");
        (await host.SendAsync(forwarded)).Status.ShouldBe(401);
    }
}
