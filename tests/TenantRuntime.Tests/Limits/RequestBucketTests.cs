using TenantRuntime.Limits;

namespace TenantRuntime.Tests.Limits;

public sealed class RequestBucketTests
{
    [Fact]
    public void All_requests_of_a_window_may_come_at_once_and_then_one_after_the_other()
    {
        var bucket = new RequestBucket(10, 1000);

        for (var i = 0; i < 10; i++)
        {
            bucket.Take(5000, out var rest).ShouldBe(0);
            bucket.Count(rest).ShouldBe(9 - i);
            bucket.IsNearlyUsed(rest).ShouldBe(i >= 7);
        }

        bucket.Take(5000, out _).ShouldBe(100);
        bucket.Take(5099, out _).ShouldBe(1);
        bucket.Take(5100, out _).ShouldBe(0);
        bucket.Take(5100, out _).ShouldBe(100);
    }

    [Fact]
    public async Task Of_many_at_the_same_time_exactly_as_many_as_allowed_get_through()
    {
        var meter = new RequestMeter(new(Users: null, StorageMegabytes: null, RequestsPerHour: 1000, Connections: 1), frequency: 1000);
        var served = 0;

        await Parallel.ForAsync(0, 5000, (_, _) =>
        {
            Interlocked.Add(ref served, meter.Take(1_000_000).IsRefused ? 0 : 1);
            return ValueTask.CompletedTask;
        });

        served.ShouldBe(1000);
    }

    [Fact]
    public void What_was_used_stays_used_when_the_limit_changes()
    {
        var old = new RequestMeter(new(Users: null, StorageMegabytes: null, RequestsPerHour: 100, Connections: 1), frequency: 1000);
        for (var i = 0; i < 60; i++)
        {
            old.Take(1_000_000);
        }

        var larger = new RequestMeter(new(Users: null, StorageMegabytes: null, RequestsPerHour: 1000, Connections: 1), frequency: 1000).Inherit(old, 1_000_000);

        larger.Left(larger.Take(1_000_000)).ShouldBe(939);
    }
}
