using System.Threading.RateLimiting;
using TenantRuntime.Limits;
using TenantRuntime.Routes;
using TenantRuntime.Tenancy;

namespace Benchmarks.Runtime;

/// <summary>Holding one request to its tenant's plan and counting it, against .NET's own limiter, which does not count.</summary>
public sealed class Limit : IBenchmark
{
    public string Name => "limit";

    public async Task<IReadOnlyList<BenchmarkLine>> RunAsync(CancellationToken ct)
    {
        var limits = new TenantLimits(Users: null, StorageMegabytes: null, RequestsPerHour: 2_000_000_000, Connections: 10);
        var tenant = new ServedTenant(
            new Route(Guid.CreateVersion7(), "acme", [], RouteState.Active, "Starter", limits, Guid.CreateVersion7(), "127.0.0.1", 5432, "t_acme", "secret", 1), TimeProvider.System);
        var refused = 0;
        var ours = await Repeated.MeasureAsync(
            _ =>
            {
                var found = tenant.Found;
                refused += found.Take(found.Quota, RequestClock.Now(TimeProvider.System)).IsRefused ? 1 : 0;
                found.Count();
            },
            ct);
        await using var limiter = PartitionedRateLimiter.Create<int, int>(key => RateLimitPartition.GetTokenBucketLimiter(
            key, _ => new TokenBucketRateLimiterOptions { TokenLimit = 2_000_000_000, TokensPerPeriod = 1, ReplenishmentPeriod = TimeSpan.FromHours(1), QueueLimit = 0, AutoReplenishment = false }));
        var theirs = await Repeated.MeasureAsync(
            _ =>
            {
                using var lease = limiter.AttemptAcquire(7);
                refused += lease.IsAcquired ? 0 : 1;
            },
            ct);
        if (refused > 0)
        {
            throw new InvalidOperationException($"{refused} requests were refused, so this did not measure what it says.");
        }

        await Console.Error.WriteLineAsync(FormattableString.Invariant($"PartitionedRateLimiter: {theirs.Nanoseconds:0} ns, {theirs.Bytes:0} B"));
        return [BenchmarkLine.AtMost(Name, ours.Nanoseconds, 40, "ns"), BenchmarkLine.AtMost($"{Name}-allocated", Math.Round(ours.Bytes, 2), 0, "B")];
    }
}
