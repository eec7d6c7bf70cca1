using System.Net;
using ControlPlane.Certificates;
using ControlPlane.Start;
using ControlPlane.Tests.Api;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Provisioner.Acme;

namespace ControlPlane.Tests.Certificates;

public sealed class CertificateSettingsTests
{
    [Fact]
    public void Nothing_set_is_no_authority_and_a_contact_alone_is_lets_encrypt()
    {
        AcmeSettings.Read(Of()).Options.ShouldBeNull();

        var options = AcmeSettings.Read(Of(("Acme:Contact", "admin@example.com"))).Options!;

        (options.Directory, options.Contact, options.RootPem).ShouldBe((AcmeOptions.LetsEncrypt, "admin@example.com", null));
        DnsSettings.Read(Of()).ShouldBe(new DnsSettings(null, TimeSpan.FromSeconds(10)));
        DnsSettings.Read(Of(("Dns:Zone", "example.com"), ("Dns:SettleSeconds", "0"))).ShouldBe(new DnsSettings("example.com", TimeSpan.Zero));
        DnsSettings.Read(Of(("Dns:Resolver", "9.9.9.9"))).Resolver.ShouldBe(new IPEndPoint(IPAddress.Parse("9.9.9.9"), 53));
        DnsSettings.Read(Of(("Dns:Resolver", "127.0.0.1:5353"))).Resolver.ShouldBe(new IPEndPoint(IPAddress.Loopback, 5353));
    }

    [Theory]
    [InlineData("Acme:Directory", "https://ca.example.com/dir", "Acme__Contact is missing")]
    [InlineData("Acme:Contact", "not an address", "Acme__Contact is 'not an address'")]
    [InlineData("Acme:Contact", "Admin <admin@example.com>", "Acme__Contact is")]
    [InlineData("Dns:Zone", "Example.com.", "Dns__Zone is 'Example.com.'")]
    [InlineData("Dns:Resolver", "dns.example.com", "Dns__Resolver is 'dns.example.com'")]
    [InlineData("Dns:SettleSeconds", "-1", "Dns__SettleSeconds is '-1'")]
    public void A_wrong_setting_is_named_with_its_remedy(string name, string value, string expected) => FaultsOf((name, value)).ShouldContain(f => f.Contains(expected));

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
    {
        var file = Path.GetTempFileName();

        var faults = FaultsOf(("Acme:Contact", "admin@example.com"), ("Acme:Directory", "http://ca.example.com"), ("Acme:Root", file), ("Dns:SettleSeconds", "x"));

        File.Delete(file);
        faults.Count.ShouldBe(3);
        faults.ShouldContain(f => f.Contains("Acme__Directory is 'http://ca.example.com'"));
        faults.ShouldContain(f => f.Contains("holds no certificate in PEM"));
        FaultsOf(("Acme:Contact", "admin@example.com"), ("Acme:Root", file)).ShouldHaveSingleItem().ShouldContain("cannot be read");
    }

    [Fact]
    public async Task Without_a_zone_or_an_authority_one_is_told_what_to_set()
    {
        await using var host = await ApiHost.StartAsync();
        var (store, dns) = (host.App.Services.GetRequiredService<CertificateStore>(), host.App.Services.GetRequiredService<DnsChallenges>());

        Should.Throw<Problems.ProblemException>(() => dns.Solver()).Remedy.ShouldContain("Dns__Zone, and Hetzner__Token");
        var failure = await Should.ThrowAsync<Problems.ProblemException>(() => store.EnsureAsync(["example.com"], new NoSolver(), default));
        failure.Remedy.ShouldContain("Acme__Contact");
        (await host.Database.ScalarAsync("select count(*) from certificates")).ShouldBe(0L);
    }

    private static List<string> FaultsOf(params (string Name, string Value)[] settings)
    {
        var migrations = ("ControlPlane:Migrations", AppContext.BaseDirectory);
        return [.. Should.Throw<SettingsException>(() => ControlPlaneSettings.Read(Of([migrations, .. settings]))).Faults];
    }

    private static IConfiguration Of(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => s.Name, s => (string?)s.Value, StringComparer.Ordinal)).Build();

    private sealed class NoSolver : IChallengeSolver
    {
        public string Type => "dns-01";

        public Task PresentAsync(IReadOnlyList<ChallengeProof> proofs, CancellationToken ct) => throw new InvalidOperationException();

        public Task RemoveAsync(ChallengeProof proof, CancellationToken ct) => throw new InvalidOperationException();
    }
}
