using ControlPlane.Access;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Tests.Cli;
using Microsoft.EntityFrameworkCore;
using Support.Acme;

namespace ControlPlane.Tests.Certificates;

public sealed class CertificateEndpointTests(CertificateHost host) : IClassFixture<CertificateHost>
{
    [PebbleFact]
    public async Task Certificates_are_listed_without_their_keys()
    {
        var current = await host.EnsureAsync("*.app.example.com", "app.example.com");

        var listed = await host.Host.GetAsync("/v1/certificates", await host.Host.KeyAsync(Role.Viewer));

        listed.Status.ShouldBe(200, listed.Text);
        var shown = listed.Body["items"]!.AsArray().Single(c => (string?)c!["id"] == $"{current.Id}")!;
        shown["names"]!.ToJsonString().ShouldBe("""["*.app.example.com","app.example.com"]""");
        ((string?)shown["challenge"], (int?)shown["revision"], (string?)shown["lastError"]).ShouldBe(("dns01", 1, null));
        listed.Text.ShouldNotContain("PRIVATE KEY");
        listed.Text.ShouldNotContain((await host.RowAsync(current.Id)).KeySecret);
        listed.Text.ShouldNotContain("secret", Case.Insensitive);
        (await host.Host.GetAsync("/v1/certificates?limit=1&after=rubbish")).Status.ShouldBe(400);
    }

    [PebbleFact]
    public async Task A_renewal_is_an_operation_of_its_own_and_one_at_a_time()
    {
        var current = await host.EnsureAsync("now.example.com");

        var accepted = await host.Host.PostAsync($"/v1/certificates/{current.Id}/renew", new { });

        accepted.Status.ShouldBe(202, accepted.Text);
        await using (var db = await host.Get<IDbContextFactory<CatalogDb>>().CreateDbContextAsync())
        {
            var operation = await db.Set<Operation>().SingleAsync(o => o.Id == (Guid)accepted.Body["operation"]!);
            (operation.Workflow, operation.Subject, operation.SubjectId).ShouldBe(("CertificateRenewal", "now.example.com", current.Id));
        }

        (await host.Host.PostAsync($"/v1/certificates/{current.Id}/renew", new { })).Status.ShouldBe(409);
        (await host.Host.PostAsync($"/v1/certificates/{Guid.CreateVersion7()}/renew", new { })).Code.ShouldBe("certificate_not_found");
    }

    [PebbleFact]
    public async Task What_is_proven_on_its_server_is_renewed_there()
    {
        var current = await host.EnsureAsync("shop.example.com");
        await host.Host.Database.ExecuteAsync($"update certificates set challenge = 'http01' where id = '{current.Id}'");

        var refused = await host.Host.PostAsync($"/v1/certificates/{current.Id}/renew", new { });

        (refused.Status, refused.Code).ShouldBe((409, "proven_on_its_server"));
        refused.Text.ShouldContain("shop.example.com");

        await host.Host.Database.ExecuteAsync("insert into tenants (id, slug, plan, tier, region, state) values ('01990000-0000-7000-8000-00000000000a', 'shop', 'free', 'shared', 'here', 'active'); insert into domains (name, tenant_id, state, certificate_revision) values ('shop.example.com', '01990000-0000-7000-8000-00000000000a', 'served', 1)");
        var accepted = await host.Host.PostAsync($"/v1/certificates/{current.Id}/renew", new { });
        accepted.Status.ShouldBe(202, accepted.Text);
        await using var db = await host.Get<IDbContextFactory<CatalogDb>>().CreateDbContextAsync();
        var operation = await db.Set<Operation>().SingleAsync(o => o.Id == (Guid)accepted.Body["operation"]!);
        (operation.Workflow, operation.Subject).ShouldBe(("DomainRenewal", "shop.example.com"));
    }

    [PebbleFact]
    public async Task The_command_line_lists_and_renews_by_name()
    {
        await host.EnsureAsync("*.cli.example.com");
        var terminal = new Terminal(host.Host.App.Urls.First(), host.Host.AdminKey);

        (await terminal.TypeAsync("certificates", "list")).ShouldBe(0, terminal.Error);
        terminal.Out.ShouldContain("*.cli.example.com");
        terminal.Out.ShouldContain("dns01");
        (await terminal.TypeAsync("certificates", "renew", "*.cli.example.com")).ShouldBe(3, terminal.Error);
        terminal.Out.ShouldContain("ctl operations watch");
        (await terminal.TypeAsync("certificates", "renew", "cli.example.com")).ShouldBe(1);
        terminal.Error.ShouldContain("No certificate is for 'cli.example.com'.");
    }
}
