using System.Diagnostics;
using System.Text.Json.Nodes;
using Tour;

namespace Benchmarks.Machines;

/// <summary>From asking for a customer of the dedicated tier to its host name being served from its own server, on real Debian machines.</summary>
public sealed class Provision : IBenchmark
{
    private const int Crowd = 10;

    public string Name => "provision";

    public async Task<IReadOnlyList<BenchmarkLine>> RunAsync(CancellationToken ct)
    {
        if (!CloudStage.IsPossible)
        {
            throw new InvalidOperationException("provision boots real machines, which needs root on Linux.");
        }

        var folder = Path.Combine(Path.GetTempPath(), $"controlplane-bench-{Guid.CreateVersion7():N}");
        try
        {
            await using var cloud = new CloudStage(folder);
            var api = await cloud.StartAsync(ct);
            if (await cloud.PublishApplicationAsync(ct) is { } failure)
            {
                throw new InvalidOperationException(failure);
            }

            var (plain, plainSilence) = await CustomerAsync(api, "plain", ct);
            await EndAsync(api, (await api.PostAsync("/v1/images", new { }, ct))["operation"]!.GetValue<string>(), ct);
            var (golden, goldenSilence) = await CustomerAsync(api, "golden", ct);
            var before = await cloud.CallsAsync(ct);
            var clock = Stopwatch.StartNew();
            var crowd = await Task.WhenAll(Enumerable.Range(0, Crowd).Select(i => CustomerAsync(api, $"crowd-{i}", ct)));
            Console.WriteLine($"{Crowd} at once: {clock.Elapsed.TotalSeconds:0} s in all, the slowest {crowd.Max(c => c.Took.TotalSeconds):0} s");
            return
            [
                BenchmarkLine.AtMost($"{Name}-plain", plain.TotalSeconds, 240, "s"),
                BenchmarkLine.AtMost($"{Name}-golden", golden.TotalSeconds, 60, "s"),
                BenchmarkLine.AtMost($"{Name}-silence", Math.Max(plainSilence.TotalSeconds, goldenSilence.TotalSeconds), 10, "s"),
                BenchmarkLine.AtMost($"{Name}-ten-calls-each", (await cloud.CallsAsync(ct) - before) / (double)Crowd, 12, ""),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <returns>How long it took, and the longest time that nothing was said.</returns>
    private static async Task<(TimeSpan Took, TimeSpan Silence)> CustomerAsync(Api api, string slug, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        var made = await api.PostAsync("/v1/tenants", new { slug, plan = "enterprise", tier = "dedicated", region = "fsn1" }, ct);
        var silence = await EndAsync(api, made["operation"]!.GetValue<string>(), ct);
        return (clock.Elapsed, silence);
    }

    private static async Task<TimeSpan> EndAsync(Api api, string operation, CancellationToken ct)
    {
        var (clock, last, longest) = (Stopwatch.StartNew(), TimeSpan.Zero, TimeSpan.Zero);
        JsonNode? state = null;
        await foreach (var (kind, data) in api.FollowAllAsync(operation, ct))
        {
            longest = clock.Elapsed - last > longest ? clock.Elapsed - last : longest;
            last = clock.Elapsed;
            state = kind == "operation" ? data["operation"] : state;
        }

        return state?["state"]?.GetValue<string>() == "done" ? longest : throw new InvalidOperationException($"{state}");
    }
}
