using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using EndToEnd.World;
using Provisioner.Dns;
using Support;
using Support.Acme;
using Support.Hosts;
using Xunit.Abstractions;

namespace EndToEnd.Machines;

/// <summary>A customer's own domain on a real Debian machine, with a real certificate authority.</summary>
public sealed class OwnDomainTests(CloudWorld world, ITestOutputHelper output) : IClassFixture<CloudWorld>
{
    private const string Domain = "crm." + CloudWorld.ForeignZone;

    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    [RealHostFact]
    public async Task It_waits_for_its_dns_is_served_over_https_renewed_kept_by_a_new_configuration_and_removed()
    {
        Pebble.WhyNot().ShouldBeNull();
        await DoneAsync("tenants", "create", "globex", "--plan", "enterprise", "--tier", "dedicated", "--region", "fsn1", "--wait", "--timeout", "900");
        var address = await world.System.ScalarAsync<string>("select address from machines");
        var machine = await world.System.ScalarAsync<string>("select name from machines");

        // A record that leads elsewhere is said in words; when it is set right, the rest goes by itself.
        await world.LeadAsync(RecordType.A, "crm", "192.0.2.7");
        var begun = await CtlAsync("tenants", "domains", "add", "globex", "CRM.globex.test");
        begun.ExitCode.ShouldBe(3, begun.Text);
        begun.Text.ShouldContain($"A {Domain} -> {address}, or CNAME {Domain} -> globex.app.{CloudWorld.Zone}");
        var operation = await world.System.ScalarAsync<Guid>($"select id from operations where subject = '{Domain}'");
        await Eventually.Async(async () => (await StatusAsync()).Contains($"{Domain} leads to 192.0.2.7. Set A {Domain} -> {address}", StringComparison.Ordinal), Soon, "it says what to set");
        (await ShownAsync(address)).ShouldBeNull();

        await world.LeadAsync(RecordType.A, "crm", address);
        var watched = await CtlAsync("operations", "watch", $"{operation}");
        watched.ExitCode.ShouldBe(0, watched.Text);
        Page? first = null;
        await Eventually.Async(async () => (first = await ShownAsync(address)) is { Status: 200 }, Soon, "the application knows the name");
        first!.Slug.ShouldBe("globex");
        first.Chain.Count.ShouldBeGreaterThan(1, "the certificate comes with the one that signed it");
        first.Chain[0].Issuer.ShouldContain("Pebble");
        (await CtlAsync("tenants", "domains", "list", "globex")).Text.ShouldContain("served");

        await DoneAsync("certificates", "renew", Domain, "--wait");
        await Eventually.Async(async () => await ShownAsync(address) is { } now && now.Serial != first.Serial, Soon, "the renewed certificate is shown");

        var configured = await DoneAsync("servers", "configure", machine, "--wait", "--timeout", "300");
        configured.ShouldContain(" 0 of them changed something");
        (await ShownAsync(address)).ShouldNotBeNull().Slug.ShouldBe("globex");

        await DoneAsync("tenants", "domains", "remove", "globex", Domain, "--yes", "--wait");
        await Eventually.Async(async () => await ShownAsync(address) is null, Soon, "nobody is served there");
        (await world.System.ScalarAsync<long>($"select count(*) from certificates where '{Domain}' = any(names)")).ShouldBe(0);
        (await world.System.RowsAsync<string>("select what from audit_entries where subject like 'tenants/globex/domains/%' order by seq")).ShouldBe(["AddDomain", "RemoveDomain"]);
        (await world.OracleAsync()).ShouldBeEmpty();
        return;

        async Task<string> StatusAsync() => (await world.System.Api.GetAsync("/v1/tenants/globex/domains")).Expect(200).Body["items"]![0]!["status"]?.ToString() ?? "";
    }

    private Task<Ctl> CtlAsync(params string[] words) => Ctl.RunAsync(world.System, words);

    private async Task<string> DoneAsync(params string[] words)
    {
        var ran = await CtlAsync(words);
        output.WriteLine(string.Join(Environment.NewLine, ran.Lines.Select(l => $"{l.At.TotalSeconds,6:0.0} {l.Text}")));
        ran.ExitCode.ShouldBe(0, ran.Text);
        return ran.Text;
    }

    /// <summary>Who is served under the domain, and under which certificate; null when its host takes no connection for that name.</summary>
    private static async Task<Page?> ShownAsync(string address)
    {
        var chain = new X509Certificate2Collection();
        using var http = Via.Address(IPAddress.Parse(address), judge: (_, shown, sent, errors) =>
        {
            chain.Add(new X509Certificate2(shown!));
            chain.AddRange(sent!.ChainPolicy.ExtraStore);
            return !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch);
        });
        try
        {
            using var answer = await http.GetAsync(new Uri($"https://{Domain}/api/whoami"));
            var body = new Answer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
            return new Page(body.Status, (string?)body.Body["slug"], chain[0].SerialNumber, chain);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private sealed record Page(int Status, string? Slug, string Serial, X509Certificate2Collection Chain);
}
