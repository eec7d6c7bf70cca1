using TenantRuntime.Limits;
using TenantRuntime.Routes;
using TenantRuntime.Tenancy;

namespace TenantRuntime.Tests.Limits;

public sealed class RequestPaceTests
{
    [Fact]
    public void All_requests_of_a_window_may_come_at_once_and_then_one_after_the_other()
    {
        var pace = new RequestPace(10, 1000);
        var used = 0L;

        for (var i = 0; i < 10; i++)
        {
            pace.Take(ref used, 5000, out var rest).ShouldBe(0);
            pace.Count(rest).ShouldBe(9 - i);
            pace.IsNearlyUsed(rest).ShouldBe(i >= 7);
        }

        pace.Take(ref used, 5000, out _).ShouldBe(100);
        pace.Take(ref used, 5099, out _).ShouldBe(1);
        pace.Take(ref used, 5100, out _).ShouldBe(0);
        pace.Take(ref used, 5100, out _).ShouldBe(100);
    }

    [Fact]
    public async Task Of_many_at_the_same_time_exactly_as_many_as_allowed_get_through()
    {
        var tenant = new ServedTenant(Route(perHour: 1000), TimeProvider.System);
        var served = 0;
        var now = RequestClock.Now(TimeProvider.System);

        await Parallel.ForAsync(0, 5000, (_, _) =>
        {
            Interlocked.Add(ref served, Take(tenant, now).IsRefused ? 0 : 1);
            return ValueTask.CompletedTask;
        });

        served.ShouldBe(1000);
    }

    [Fact]
    public void What_was_used_stays_used_when_the_limit_changes()
    {
        var tenant = new ServedTenant(Route(perHour: 100), TimeProvider.System);
        for (var i = 0; i < 60; i++)
        {
            Take(tenant, RequestClock.Now(TimeProvider.System));
        }

        tenant.Change(Route(perHour: 1000), TimeProvider.System);

        tenant.Found.Quota.Left(Take(tenant, RequestClock.Now(TimeProvider.System))).ShouldBe(939);
    }

    private static RequestVerdict Take(ServedTenant tenant, long now)
    {
        var found = tenant.Found;
        return found.Take(found.Quota, now);
    }

    private static Route Route(int perHour) => new(
        Guid.Empty, "acme", [], RouteState.Active, "Free", new TenantLimits(null, null, perHour, 1), Guid.Empty, "localhost", 5432, "t", "p", 1);
}
