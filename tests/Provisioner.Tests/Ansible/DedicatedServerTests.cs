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
        (await RefusalAsync(Custom, custom.ChainPem)).ShouldContain("No privkey.pem came");
        (await RefusalAsync(Custom, custom.ChainPem + dedicated.Certificate.KeyPem)).ShouldContain("not that of the certificate");
        (await RefusalAsync(Custom, dedicated.Certificate.ChainPem + dedicated.Certificate.KeyPem)).ShouldContain($"not for {Custom}");
        (await RefusalAsync(DedicatedServer.Tenant, custom.ChainPem + custom.KeyPem)).ShouldContain("own names");
        (await RefusalAsync("a.test; x", "")).ShouldContain("custom-domain remove NAME");

        (await AddAsync(custom)).ShouldContain($"{Custom} is shown, until");
        (await AddAsync(custom)).ShouldBe($"{Custom} is shown already.\n");
        await browser.ShowsAsync($"https://{Custom}/", 502, custom.Thumbprint);
        (await dedicated.ConfigureAsync()).Changed.ShouldBe(0);

        var renewed = TestCertificate.Create(Custom);
        await AddAsync(renewed);
        await browser.ShowsAsync($"https://{Custom}/", 502, renewed.Thumbprint);
        (await configured.ShellAsync($"ls -A /etc/controlplane/tls | grep -c {Custom}")).ShouldBe("2\n", "the name, and the certificate that it leads to");

        await configured.ShellAsync($"custom-domain remove {Custom}; custom-domain remove {Custom}");
        await browser.ShowsAsync($"https://{Custom}/", 0);
        (await configured.ShellAsync($"ls -A /etc/controlplane/tls | grep -c {Custom} || true")).ShouldBe("0\n");
    }

    [RealHostFact]
    public async Task What_nginx_does_not_take_is_taken_back_and_it_goes_on_as_before()
    {
        var custom = TestCertificate.Create(Custom);
        using var browser = new Browser(configured.Server.Target.Address);
        await AddAsync(custom);
        const string Template = "/etc/nginx/custom-domain.template";
        await configured.ShellAsync($"cp {Template} {Template}.kept; echo 'listen to me' >> {Template}");

        (await RefusalAsync("new.customer.test", Pem(TestCertificate.Create("new.customer.test")))).ShouldContain("it is as before");
        (await RefusalAsync(Custom, Pem(TestCertificate.Create(Custom)))).ShouldContain("it is as before");

        await configured.ShellAsync($"mv {Template}.kept {Template}; nginx -t -q; systemctl restart nginx");
        await browser.ShowsAsync($"https://{Custom}/", 502, custom.Thumbprint);
        await browser.ShowsAsync("https://new.customer.test/", 0);
        (await configured.ShellAsync("ls -A /etc/controlplane/tls | grep -c new.customer || true")).ShouldBe("0\n");
        await configured.ShellAsync($"custom-domain remove {Custom}");
        (await dedicated.ConfigureAsync()).Changed.ShouldBe(0);
    }

    [RealHostFact]
    public async Task What_was_written_by_a_run_that_was_killed_is_read_by_the_next_one()
    {
        var custom = TestCertificate.Create(Custom);
        using var browser = new Browser(configured.Server.Target.Address);
        await AddAsync(custom);
        await browser.ShowsAsync($"https://{Custom}/", 502, custom.Thumbprint);

        await configured.ShellAsync($"touch /run/custom-domain.unread; rm /etc/nginx/custom-domains/{Custom}.conf");
        await configured.ShellAsync($"custom-domain remove {Custom}");

        await browser.ShowsAsync($"https://{Custom}/", 0);
        (await configured.ShellAsync("ls /run/custom-domain.unread || true")).ShouldBe("");
    }

    private static string Pem(TestCertificate certificate) => certificate.ChainPem + certificate.KeyPem;

    /// <summary>What it said.</summary>
    private Task<string> AddAsync(TestCertificate certificate) => AddAsync(certificate.Name, Pem(certificate));

    private async Task<string> AddAsync(string name, string input)
    {
        await using var connection = await configured.Server.OpenAsync();
        using var sent = new MemoryStream(Encoding.ASCII.GetBytes(input));
        return (await connection.RunAsync(new RemoteCommand("/usr/local/sbin/custom-domain", "add", name) { AsRoot = true, Input = sent }, CancellationToken.None)).OrThrow("add").Output;
    }

    private async Task<string> RefusalAsync(string name, string input) => (await Should.ThrowAsync<RemoteCommandException>(() => AddAsync(name, input))).Message;
}
