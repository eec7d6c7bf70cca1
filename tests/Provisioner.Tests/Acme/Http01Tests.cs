using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Provisioner.Acme;
using Provisioner.Ssh;
using Provisioner.Tests.Ssh;
using Support;
using Support.Acme;
using Support.Hosts;

namespace Provisioner.Tests.Acme;

/// <summary>Certificates by files on the server that a name leads to.</summary>
[Collection(RealServerCollection.Name)]
public sealed class Http01Tests(RealServer server)
{
    private const int UsualPort = 80;

    [PebbleFact]
    public async Task A_domain_that_leads_to_our_web_server_gets_its_certificate()
    {
        await using var world = await AcmeWorld.StartAsync();
        var files = new FilesInMemory();
        await using var web = await ServeAsync(files, world.Authority.HttpPort);
        await world.LeadAsync("shop", "127.0.0.1");

        var issued = await world.Client.ObtainAsync(["shop.example.com"], files, default);

        issued.Names.ShouldBe(["shop.example.com"]);
        files.IsEmpty.ShouldBeTrue();
    }

    [PebbleFact]
    public async Task A_domain_that_leads_nowhere_is_an_error_that_says_what_to_look_at()
    {
        await using var world = await AcmeWorld.StartAsync();
        await world.LeadAsync("shop", "127.0.0.1");
        var files = new FilesInMemory();

        var nobody = await Should.ThrowAsync<AcmeException>(() => world.Client.ObtainAsync(["shop.example.com"], files, default));
        (nobody.Code, nobody.IsTransient).ShouldBe((AcmeErrors.Connection, false));
        nobody.Message.ShouldContain("could not verify shop.example.com by http-01");
        nobody.Message.ShouldContain("port 80");

        await using var web = await ServeAsync(new FilesInMemory(), world.Authority.HttpPort);
        var another = await Should.ThrowAsync<AcmeException>(() => world.Client.ObtainAsync(["shop.example.com"], files, default));
        (another.Code, another.IsTransient).ShouldBe((AcmeErrors.Unauthorized, false));
        files.IsEmpty.ShouldBeTrue();
    }

    [PebbleFact]
    public async Task A_wildcard_cannot_be_proven_by_a_file()
    {
        await using var world = await AcmeWorld.StartAsync();

        var failure = await Should.ThrowAsync<AcmeException>(() => world.Client.ObtainAsync(["*.example.com"], new FilesInMemory(), default));

        failure.Code.ShouldBe(AcmeErrors.NoChallenge);
        failure.Message.ShouldContain("A wildcard needs dns-01");
    }

    [RealHostFact]
    public async Task A_domain_that_leads_to_a_real_server_is_proven_by_a_file_there_which_is_gone_afterwards()
    {
        Pebble.WhyNot().ShouldBeNull();
        await using var world = await AcmeWorld.StartAsync(httpPort: UsualPort);
        await using var host = await server.OpenAsync();
        await world.LeadAsync("shop", server.Target.Address);
        await world.LeadAsync("www.shop", server.Target.Address);
        using var stop = new CancellationTokenSource();
        var web = host.RunAsync(new RemoteCommand("python3", "-m", "http.server", "--directory", "/var/www/acme", $"{UsualPort}") { AsRoot = true }, stop.Token);
        await Eventually.Async(
            async () => (await host.RunAsync(new RemoteCommand("curl", "--silent", "--output", "/dev/null", "http://127.0.0.1/"), default)).Succeeded, TimeSpan.FromSeconds(30), "the web server is up");

        var issued = await world.Client.ObtainAsync(["shop.example.com", "www.shop.example.com"], new Http01Solver(host), default);

        issued.Names.Count.ShouldBe(2);
        var left = await host.RunAsync(new RemoteCommand("ls", "-A", Http01Solver.Folder), default);
        (left.ExitCode, left.Output).ShouldBe((0, ""));
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(web);
    }

    private static async Task<WebApplication> ServeAsync(FilesInMemory files, int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.ClearProviders();
        var web = builder.Build();
        web.MapGet("/.well-known/acme-challenge/{token}", (string token) => files.Read(token) is { } content ? Results.Text(content) : Results.NotFound());
        await web.StartAsync();
        return web;
    }
}
