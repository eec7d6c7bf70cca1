using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using TenantRuntime.Tests.World;

namespace TenantRuntime.Tests.Requests;

public sealed class HostTests(TenantWorld world) : IClassFixture<TenantWorld>
{
    [Theory]
    [InlineData("acme.localhost.")]
    [InlineData("acme.localhost:99999")]
    [InlineData("acme.localhost:1")]
    [InlineData("acme.localhost:")]
    [InlineData("acme..localhost")]
    [InlineData("acme.localhost,globex.localhost")]
    [InlineData("xacme.localhost")]
    [InlineData("acme.localhostx")]
    [InlineData("acme.localhost.evil.example")]
    [InlineData("crm.acme.example.localhost")]
    [InlineData("acme")]
    [InlineData("[::1]")]
    [InlineData("acme.localhost%00")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.localhost")]
    public async Task A_host_that_is_not_exactly_a_tenants_is_refused(string host)
    {
        await using var app = await StartAsync();

        (await SendAsync(app, $"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).ShouldMatch("^HTTP/1.1 40[04] ");
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: acme.localhost\r\nHost: globex.localhost\r\n")]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("GET http://globex.localhost/ HTTP/1.1\r\nHost: acme.localhost\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost:\r\n")]
    public async Task Two_hosts_or_none_are_refused(string request)
    {
        await using var app = await StartAsync();

        (await SendAsync(app, request + "Connection: close\r\n\r\n")).ShouldMatch("^HTTP/1.1 40[04] ");
    }

    [Fact]
    public async Task The_port_of_the_connection_or_a_public_one_may_follow()
    {
        await using var app = await StartAsync(o => o.PublicPorts.Add(8443));

        (await app.GetStringAsync($"acme.localhost:{app.Address.Port}")).ShouldBe("acme");
        (await app.GetStringAsync("acme.localhost:8443")).ShouldBe("acme");
        (await app.GetAsync("acme.localhost:8444")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_forwarded_host_counts_only_from_a_configured_proxy()
    {
        await using var strict = await StartAsync(o => o.KnownProxies.Add("203.0.113.0/24"));
        await using var trusting = await StartAsync(o => o.KnownProxies.Add("127.0.0.1"));
        const string Request = "GET / HTTP/1.1\r\nHost: acme.localhost\r\nX-Forwarded-Host: globex.localhost\r\nConnection: close\r\n";

        (await SendAsync(strict, Request + "\r\n")).ShouldEndWith("acme");
        (await SendAsync(trusting, Request + "\r\n")).ShouldEndWith("globex");
        (await SendAsync(trusting, Request + "X-Forwarded-Host: acme.localhost\r\n\r\n")).ShouldStartWith("HTTP/1.1 400");
        (await SendAsync(trusting, "GET / HTTP/1.1\r\nHost: acme.localhost\r\nX-Forwarded-Host: globex.localhost, acme.localhost\r\nConnection: close\r\n\r\n")).ShouldStartWith("HTTP/1.1 400");
    }

    [Fact]
    public async Task A_host_claimed_by_two_tenants_belongs_to_neither()
    {
        await using var app = await StartAsync();
        var one = await world.AddTenantAsync("claims-one", domains: ["both.example"]);
        var two = await world.AddTenantAsync("claims-two", domains: ["both.example"]);
        await app.SeesAsync(two.Revision);

        (await app.GetAsync("both.example")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await app.SeesAsync(world.ControlPlane.Publish(one with { Domains = [] }).Revision);
        (await app.GetStringAsync("both.example")).ShouldBe("claims-two");
    }

    [Fact]
    public async Task An_admin_host_is_served_without_a_tenant()
    {
        await using var app = await StartAsync(o => o.AdminHosts.Add("admin.localhost"));

        (await app.GetStringAsync("admin.localhost", "/admin")).ShouldBe("no tenant");
    }

    private async Task<ServedApp> StartAsync(Action<TenantRuntimeOptions>? options = null)
    {
        if (world.ControlPlane.Revision == 0)
        {
            await world.AddTenantAsync("acme", domains: ["crm.acme.example"]);
            await world.AddTenantAsync("globex");
        }

        var app = await ServedApp.StartAsync(
            world.ControlPlane.Address,
            app =>
            {
                app.MapGet("/", (ITenant tenant) => tenant.Slug);
                app.MapGet("/admin", () => "no tenant");
            },
            options);
        await app.SeesAsync(world.ControlPlane.Revision);
        return app;
    }

    private static async Task<string> SendAsync(ServedApp app, string request)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, app.Address.Port);
        await tcp.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(tcp.GetStream(), Encoding.Latin1);
        return (await reader.ReadToEndAsync()).Replace("\r\n0\r\n\r\n", "", StringComparison.Ordinal).TrimEnd();
    }
}
