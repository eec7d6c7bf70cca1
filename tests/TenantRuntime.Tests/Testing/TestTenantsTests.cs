using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TenantRuntime.Routes;
using TenantRuntime.Testing;
using TenantRuntime.Tests.World;

namespace TenantRuntime.Tests.Testing;

public sealed class TestTenantsTests(TenantWorld world) : IClassFixture<TenantWorld>
{
    [Fact]
    public async Task An_application_is_tested_with_two_tenants_and_no_control_plane()
    {
        var one = await world.CreateAsync("one", "", 5, []);
        var two = await world.CreateAsync("two", "", 5, []);
        await using var app = await ServedApp.StartAsync(
            "http://nowhere.invalid", app => app.MapGet("/", (ITenant tenant) => tenant.Database), services: services => services.UseTestTenants());
        var tenants = app.Services.GetRequiredService<TestTenants>();

        tenants.Add("one", one.TenantId, one.Host, one.Port, one.Database, one.Password);
        tenants.Add("two", two.TenantId, two.Host, two.Port, two.Database, two.Password);
        tenants.Change(two.TenantId, RouteState.Suspended);

        (await app.GetStringAsync("one.localhost")).ShouldBe(one.Database);
        (await app.GetAsync("two.localhost")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }
}
