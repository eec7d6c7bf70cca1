using ControlPlane.Access.Secrets;
using ControlPlane.Catalog;
using ControlPlane.Certificates;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Provisioner.Acme;
using Support.Acme;

namespace ControlPlane.Tests.Certificates;

/// <summary>Certificates in the catalog, from a real authority.</summary>
public sealed class CertificateStoreTests(CertificateHost host) : IClassFixture<CertificateHost>
{
    [PebbleFact]
    public async Task A_certificate_is_obtained_once_and_then_comes_from_the_catalog_whatever_the_order_of_its_names()
    {
        var first = await host.EnsureAsync("*.one.example.com", "one.example.com");
        var issued = host.World.Issued;

        var second = await host.EnsureAsync("one.example.com", "*.one.example.com", "one.example.com");
        var found = await host.Store.FindAsync(["one.example.com", "*.one.example.com"], default);

        host.World.Issued.ShouldBe(issued);
        (second.Id, second.Revision, second.Issued.RevealPrivateKey()).ShouldBe((first.Id, 1, first.Issued.RevealPrivateKey()));
        found!.Issued.ChainPem.ShouldBe(first.Issued.ChainPem);
        (await host.Store.FindAsync(["one.example.com"], default)).ShouldBeNull("it is for other names");
    }

    [PebbleFact]
    public async Task Several_nodes_that_want_the_same_names_at_once_get_one_certificate()
    {
        var nodes = Enumerable.Range(0, 4).Select(_ => ActivatorUtilities.CreateInstance<CertificateStore>(host.Host.App.Services));

        var all = await Task.WhenAll(nodes.Select(n => n.EnsureAsync(["two.example.com"], host.ByDns, default)));

        all.ShouldAllBe(c => c.Revision == 1);
        all.Select(c => c.Issued.RevealPrivateKey()).Distinct().ShouldHaveSingleItem();
    }

    [PebbleFact]
    public async Task Different_certificates_that_are_proven_at_the_same_place_do_not_disturb_each_other()
    {
        var all = await Task.WhenAll(host.EnsureAsync("three.example.com"), host.EnsureAsync("*.three.example.com"), host.EnsureAsync("three.example.com", "*.three.example.com"));

        all.Select(c => c.Id).Distinct().Count().ShouldBe(3);
    }

    [PebbleFact]
    public async Task A_certificate_with_less_than_a_third_of_its_life_left_is_renewed()
    {
        var first = await host.EnsureAsync("four.example.com");
        await host.AgeAsync(first.Id, daysLeft: 31);
        (await host.EnsureAsync("four.example.com")).Revision.ShouldBe(1);
        await host.AgeAsync(first.Id, daysLeft: 29);

        var second = await host.EnsureAsync("four.example.com");

        (second.Id, second.Revision).ShouldBe((first.Id, 2));
        second.Issued.RevealPrivateKey().ShouldNotBe(first.Issued.RevealPrivateKey());
    }

    [PebbleFact]
    public async Task Where_renewing_fails_the_old_one_serves_while_it_is_good_and_the_row_tells_why()
    {
        var first = await host.EnsureAsync("five.example.com");
        await host.AgeAsync(first.Id, daysLeft: 20);
        try
        {
            await host.BreakProofsAsync();
            (await host.EnsureAsync("five.example.com")).Revision.ShouldBe(1);
            (await host.RowAsync(first.Id)).LastError.ShouldNotBeNull().ShouldContain("could not verify five.example.com by dns-01");
            var asked = host.World.Dns.Made;
            (await host.EnsureAsync("five.example.com")).Revision.ShouldBe(1);
            host.World.Dns.Made.ShouldBe(asked, "an authority that has just refused is left alone for a while");

            await host.AgeAsync(first.Id, daysLeft: -1);
            (await Should.ThrowAsync<AcmeException>(() => host.EnsureAsync("five.example.com"))).IsTransient.ShouldBeFalse();
        }
        finally
        {
            host.World.Dns.IsBroken = false;
        }

        (await host.EnsureAsync("five.example.com")).Revision.ShouldBe(2);
        (await host.RowAsync(first.Id)).LastError.ShouldBeNull();
    }

    [PebbleFact]
    public async Task What_cannot_be_obtained_is_an_error_and_a_row_that_says_so()
    {
        await Should.ThrowAsync<AcmeException>(() => host.EnsureAsync("elsewhere.example.org"));

        await using var db = await host.Get<IDbContextFactory<CatalogDb>>().CreateDbContextAsync();
        var row = await db.Certificates.SingleAsync(c => c.Names == new[] { "elsewhere.example.org" });
        (row.Revision, row.Chain, row.KeySecret).ShouldBe((0, "", ""));
        row.LastError.ShouldNotBeNull().ShouldContain("outside the zone");
        (await host.Store.FindAsync(["elsewhere.example.org"], default)).ShouldBeNull();
    }

    [PebbleFact]
    public async Task A_forgotten_certificate_is_gone_and_can_be_asked_for_again()
    {
        var first = await host.EnsureAsync("six.example.com");

        await host.Store.ForgetAsync(["six.example.com"], default);
        await host.Store.ForgetAsync(["six.example.com"], default);

        (await host.Store.FindAsync(["six.example.com"], default)).ShouldBeNull();
        (await host.EnsureAsync("six.example.com")).Id.ShouldNotBe(first.Id);
    }

    [PebbleFact]
    public async Task The_catalog_holds_no_key_in_clear_and_a_copied_one_does_not_open()
    {
        var mine = await host.EnsureAsync("seven.example.com");
        var other = await host.EnsureAsync("eight.example.com");

        foreach (var table in new[] { "certificates", "acme_accounts" })
        {
            (await host.Host.Database.ScalarAsync($"select count(*) from {table} t where t::text like '%PRIVATE KEY%'")).ShouldBe(0L, table);
        }

        (await host.RowAsync(mine.Id)).KeySecret.ShouldStartWith("v1.");
        await host.Host.Database.ExecuteAsync($"update certificates set key_secret = (select key_secret from certificates where id = '{other.Id}') where id = '{mine.Id}'");
        await Should.ThrowAsync<SecretException>(() => host.Store.FindAsync(["seven.example.com"], default));
        await host.Store.ForgetAsync(["seven.example.com"], default);
        var line = mine.Issued.RevealPrivateKey().Split('\n')[1];
        host.Host.Log.Lines.ShouldNotContain(l => l.Contains(line, StringComparison.Ordinal));
        host.Host.Log.Lines.ShouldContain(l => l.Contains("The authority issued seven.example.com until", StringComparison.Ordinal));
        $"{mine}".ShouldNotContain(line);
    }
}
