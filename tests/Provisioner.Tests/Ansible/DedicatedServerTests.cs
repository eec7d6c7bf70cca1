using System.Text;
using Provisioner.Ssh;
using Support.Hosts;

namespace Provisioner.Tests.Ansible;

/// <summary>The edge of a server that has one customer.</summary>
[Collection(ConfiguredServerCollection.Name)]
public sealed class DedicatedServerTests(ConfiguredServer configured, DedicatedServer dedicated) : IClassFixture<DedicatedServer>
{
    private const string Custom = "crm.customer.test";

    [RealHostFact]
    public async Task It_serves_its_customers_host_with_the_certificate_that_was_handed_over_and_nothing_else()
    {
        using var browser = new Browser(configured.Server.Target.Address);

        // No release is there yet.
        await browser.ShowsAsync($"https://{DedicatedServer.Tenant}/", 502, dedicated.Certificate.Thumbprint);

        using var second = await browser.GetAsync($"https://{DedicatedServer.Second}/");
        ((int)second.StatusCode, browser.Thumbprint == dedicated.Certificate.Thumbprint).ShouldBe((502, false));
        foreach (var other in (string[])[ConfiguredServer.Domain, $"app.{ConfiguredServer.Domain}", $"small.app.{ConfiguredServer.Domain}"])
        {
            await Should.ThrowAsync<HttpRequestException>(() => browser.GetAsync($"https://{other}/"), other);
        }

        (await configured.ShellAsync($"curl --silent --insecure --output /dev/null --write-out '%{{http_code}}' --resolve {DedicatedServer.Tenant}:443:127.0.0.1 --header 'Host: {ConfiguredServer.Domain}' https://{DedicatedServer.Tenant}/"))
            .ShouldBe("421");
        (await dedicated.ConfigureAsync()).Changed.ShouldBe(0);
    }

    [RealHostFact]
    public async Task A_customers_own_domain_is_served_with_its_certificate_until_it_is_removed()
    {
        var custom = TestCertificate.Create(Custom);
        using var browser = new Browser(configured.Server.Target.Address);
        await configured.ShellAsync("echo answer > /var/www/acme/.well-known/acme-challenge/question");
        (await browser.ReadAsync($"http://{Custom}/.well-known/acme-challenge/question")).ShouldBe("answer\n");
        (await Refusal($"custom-domain add {Custom}")).ShouldContain("is missing");
        await PlaceAsync(custom with { KeyPem = dedicated.Certificate.KeyPem });
        (await Refusal($"custom-domain add {Custom}")).ShouldContain("not that of the certificate");
        await PlaceAsync(dedicated.Certificate with { Name = Custom });
        (await Refusal($"custom-domain add {Custom}")).ShouldContain($"not for {Custom}");
        (await Refusal($"custom-domain add {DedicatedServer.Tenant}")).ShouldContain("own names");
        (await Refusal("custom-domain add 'a.test; x'")).ShouldContain("custom-domain remove NAME");

        await PlaceAsync(custom);
        await configured.ShellAsync($"custom-domain add {Custom}; custom-domain add {Custom}");
        await browser.ShowsAsync($"https://{Custom}/", 502, custom.Thumbprint);
        (await dedicated.ConfigureAsync()).Changed.ShouldBe(0);

        await configured.ShellAsync($"custom-domain remove {Custom}; custom-domain remove {Custom}");
        await browser.ShowsAsync($"https://{Custom}/", 0);
        (await configured.ShellAsync($"ls /etc/controlplane/tls | grep -c {Custom} || true")).ShouldBe("0\n");
    }

    private async Task PlaceAsync(TestCertificate placed)
    {
        var folder = $"/etc/controlplane/tls/{placed.Name}";
        await configured.ShellAsync($"mkdir -p {folder}");
        await using var connection = await configured.Server.OpenAsync();
        await connection.UploadAsync($"{folder}/fullchain.pem", new MemoryStream(Encoding.UTF8.GetBytes(placed.ChainPem)), UnixFileMode.UserRead, CancellationToken.None);
        await connection.UploadAsync($"{folder}/privkey.pem", new MemoryStream(Encoding.UTF8.GetBytes(placed.KeyPem)), UnixFileMode.UserRead, CancellationToken.None);
    }

    private async Task<string> Refusal(string command) => (await Should.ThrowAsync<RemoteCommandException>(() => configured.ShellAsync(command))).Message;
}
