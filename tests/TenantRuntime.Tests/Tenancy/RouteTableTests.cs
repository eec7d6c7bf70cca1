using TenantRuntime.Routes;
using TenantRuntime.Tenancy;

namespace TenantRuntime.Tests.Tenancy;

public sealed class RouteTableTests
{
    private readonly RouteTable table = new(TimeProvider.System);
    private long revision;

    [Theory]
    [InlineData("a1")]
    [InlineData("seven77")]
    [InlineData("eight888")]
    [InlineData("a-slug-of-twenty-four-chr")]
    [InlineData("a-slug-that-is-longer-than-three-words-x")]
    public void Slugs_of_every_length_are_found_and_nearly_equal_ones_are_not(string slug)
    {
        var route = Put(Route(slug));

        Find(slug).ShouldBe(route);
        Find(slug + "x").ShouldBeNull();
        Find(slug[..^1]).ShouldBeNull();
        Find('x' + slug[1..]).ShouldBeNull();
    }

    [Theory]
    [InlineData("shop.example")]
    [InlineData("a-shop-of-a-very-long-name.example")]
    public void A_domain_is_no_slug_and_a_slug_no_domain(string domain)
    {
        var route = Put(Route("shop", domain));

        table.FindDomain(domain).Tenant!.Route.ShouldBe(route);
        Find(domain).ShouldBeNull();
        table.FindDomain("shop").Tenant.ShouldBeNull();
    }

    [Fact]
    public void A_renamed_tenant_is_found_by_its_new_slug_only()
    {
        var route = Put(Route("before", "shop.example"));

        var renamed = Put(route with { Slug = "after", Domains = ["store.example"] });

        Find("after").ShouldBe(renamed);
        Find("before").ShouldBeNull();
        table.FindDomain("store.example").Tenant!.Route.ShouldBe(renamed);
        table.FindDomain("shop.example").Tenant.ShouldBeNull();
        var successor = Put(Route("before"));
        Find("before").ShouldBe(successor);
        Find("after").ShouldBe(renamed);
    }

    [Fact]
    public void A_host_that_several_claim_belongs_to_nobody_until_one_is_left()
    {
        var claims = Enumerable.Range(0, 3).Select(i => Put(Route($"claim-{i}", "both.example"))).ToList();

        foreach (var leaving in claims[..2])
        {
            table.FindDomain("both.example").Tenant.ShouldBeNull();
            table.Apply(new RouteChange(++revision, leaving.TenantId, Route: null));
        }

        table.FindDomain("both.example").Tenant!.Route.ShouldBe(claims[2]);
        table.Load(new RouteSnapshot(++revision, [claims[0], claims[2]]));
        table.FindDomain("both.example").Tenant.ShouldBeNull();
    }

    [Fact]
    public async Task Whoever_stays_is_found_at_every_moment_while_others_come_and_go()
    {
        var staying = Enumerable.Range(0, 50).Select(i => Put(Route($"stays-{i}", $"stays{i}.example"))).ToList();
        using var enough = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            for (var i = 0; !enough.IsCancellationRequested; i = (i + 1) % staying.Count)
            {
                Find(staying[i].Slug)?.TenantId.ShouldBe(staying[i].TenantId);
                Find(staying[i].Slug).ShouldNotBeNull();
                table.FindDomain(staying[i].Domains[0]).Tenant.ShouldNotBeNull().Id.ShouldBe(staying[i].TenantId);
                Find($"passes-{i}")?.Slug.ShouldBe($"passes-{i}");
            }
        })).ToList();

        for (var round = 0; round < 100; round++)
        {
            var passing = Enumerable.Range(0, 50).Select(i => Put(Route($"passes-{i}"))).ToList();
            Put(staying[round % 50] with { Plan = $"Plan {round}" });
            passing.ForEach(p => table.Apply(new RouteChange(++revision, p.TenantId, Route: null)));
        }

        await enough.CancelAsync();
        await Task.WhenAll(readers);
        table.Count.ShouldBe(50);
    }

    private Route? Find(string slug) => table.FindSlug(slug).Tenant?.Route;

    private Route Put(Route route)
    {
        var next = route with { Revision = ++revision };
        table.Apply(new RouteChange(next.Revision, next.TenantId, next));
        return table.Find(next.TenantId)!.Route;
    }

    private static Route Route(string slug, params string[] domains) => new(
        Guid.CreateVersion7(), slug, domains, RouteState.Active, "Free", new TenantLimits(null, null, null, 1), Guid.Empty, "localhost", 5432, "t", "p", 1);
}
