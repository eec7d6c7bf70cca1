using ControlPlane.Catalog;
using ControlPlane.Certificates;
using Microsoft.EntityFrameworkCore;
using Support.Acme;

namespace ControlPlane.Tests.Certificates;

public sealed class RenewDueCertificatesTests(CertificateHost host) : IClassFixture<CertificateHost>
{
    [PebbleFact]
    public async Task What_is_due_is_renewed_and_what_fails_near_its_end_is_a_finding_until_it_succeeds()
    {
        var (fresh, due) = (await host.EnsureAsync("fresh.example.com"), await host.EnsureAsync("due.example.com"));
        await host.AgeAsync(due.Id, daysLeft: 20);
        await host.RenewDueAsync();
        ((await host.RowAsync(fresh.Id)).Revision, (await host.RowAsync(due.Id)).Revision).ShouldBe((1, 2));

        try
        {
            await host.BreakProofsAsync();
            await host.AgeAsync(due.Id, daysLeft: 20);
            await host.RenewDueAsync();
            (await FindingsAsync()).ShouldBeEmpty("there is time yet");

            await host.AgeAsync(due.Id, daysLeft: 13);
            await host.RenewDueAsync();
            var finding = (await FindingsAsync()).ShouldHaveSingleItem();
            finding.Subject.ShouldBe("due.example.com");
            finding.Detail.ShouldContain("could not verify due.example.com");
            finding.Advice.ShouldContain("ctl certificates renew due.example.com");
        }
        finally
        {
            host.World.Dns.IsBroken = false;
        }

        await host.Host.Database.ExecuteAsync("update certificates set last_tried_at = now() - interval '1 hour'");
        await host.RenewDueAsync();
        (await host.RowAsync(due.Id)).Revision.ShouldBe(3);
        (await FindingsAsync()).ShouldBeEmpty();
    }

    [PebbleFact]
    public async Task One_that_is_proven_on_its_server_is_left_to_it_but_is_a_finding_when_nobody_came()
    {
        var here = await host.EnsureAsync("shop.example.com");
        await host.Host.Database.ExecuteAsync($"update certificates set challenge = 'http01' where id = '{here.Id}'");
        await host.AgeAsync(here.Id, daysLeft: 5);

        await host.RenewDueAsync();

        (await host.RowAsync(here.Id)).Revision.ShouldBe(1);
        (await FindingsAsync()).ShouldHaveSingleItem().Advice.ShouldContain("still leads to its server");
        await host.Store.ForgetAsync(["shop.example.com"], default);
        await host.RenewDueAsync();
        (await FindingsAsync()).ShouldBeEmpty();
    }

    private async Task<List<Finding>> FindingsAsync()
    {
        await using var db = await host.Get<IDbContextFactory<CatalogDb>>().CreateDbContextAsync();
        return await db.Findings.Where(f => f.Kind == RenewDueCertificates.Kind && f.ResolvedAt == null).ToListAsync();
    }
}
