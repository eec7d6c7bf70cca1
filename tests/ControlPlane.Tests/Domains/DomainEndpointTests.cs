using ControlPlane.Access;
using ControlPlane.Catalog;
using ControlPlane.Start;
using ControlPlane.Tests.Api;
using ControlPlane.Tests.Cli;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Provisioner;

namespace ControlPlane.Tests.Domains;

public sealed class DomainEndpointTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_domain_is_asked_for_listed_and_given_up_while_it_waits_and_all_is_in_the_audit_trail()
    {
        await TenantAsync("globex");

        var added = await host.PostAsync("/v1/tenants/globex/domains", new { name = "Müller.example" });

        added.Status.ShouldBe(202, added.Text);
        ((string?)added.Body["name"], added.Body["records"]!.AsArray().Count).ShouldBe(("xn--mller-kva.example", 0));
        var listed = (await host.GetAsync("/v1/tenants/globex/domains", await host.KeyAsync(Role.Viewer))).Body["items"]!.AsArray().ShouldHaveSingleItem()!;
        ((string?)listed["name"], (string?)listed["state"], (string?)listed["operation"]).ShouldBe(("xn--mller-kva.example", "adding", (string?)added.Body["operation"]));
        (await host.PostAsync("/v1/tenants/globex/domains", new { name = "xn--mller-kva.example" })).Text.ShouldContain("has the domain 'xn--mller-kva.example' already");

        var removed = await host.SendAsync(HttpMethod.Delete, "/v1/tenants/globex/domains/M%C3%BCller.example", host.AdminKey);

        (removed.Status, (string?)removed.Body["operation"]).ShouldBe((202, (string?)added.Body["operation"]));
        await using var db = await OpenAsync();
        (await db.Operations.SingleAsync(o => o.Id == (Guid)added.Body["operation"]!)).CancelRequested.ShouldBeTrue();
        (await db.Database.SqlQuery<string>($"select what || ' ' || subject || ' ' || tenant || ' ' || outcome as \"Value\" from audit_entries where tenant = 'globex' order by seq").ToListAsync())
            .ShouldBe(["AddDomain tenants/globex/domains/xn--mller-kva.example globex done", "AddDomain tenants/globex/domains/xn--mller-kva.example globex refused", "RemoveDomain tenants/globex/domains/xn--mller-kva.example globex done"]);
    }

    [Fact]
    public async Task Domains_that_come_with_a_new_customer_are_served_at_once_only_where_tls_ends_elsewhere()
    {
        foreach (var (machines, state, operations) in new[] { (new MachineSettings(), "served", 0), (new MachineSettings { Cloud = new CloudSettings { HetznerToken = "t" } }, "adding", 1) })
        {
            await using var own = new ApiHost { MoreServices = services => services.AddSingleton(new ControlPlaneSettings { Machines = machines, TenantUrl = "https://{slug}.app.example.com" }) };
            await own.InitializeAsync();
            await own.Database.ExecuteAsync("insert into servers (id, name, region, tier, state, host, port, admin_secret, max_databases, max_connections, warm_target) values (gen_random_uuid(), 's', 'here', 'shared', 'active', 'h', 1, '', 1, 1, 0)");

            (await own.PostAsync("/v1/tenants", new { slug = "globex", plan = "free", domains = new[] { "crm.globex.example" } })).Status.ShouldBe(202);

            await using var db = await own.App.Services.GetRequiredService<IDbContextFactory<CatalogDb>>().CreateDbContextAsync();
            var domain = await db.Domains.SingleAsync();
            CatalogConventions.Snake($"{domain.State}").ShouldBe(state);
            (await db.Operations.CountAsync(o => o.SubjectId == domain.Id && o.Workflow == "DomainAddition")).ShouldBe(operations);
        }
    }

    [Fact]
    public async Task A_served_domain_is_removed_by_an_operation_of_its_own_and_one_at_a_time()
    {
        var tenant = await TenantAsync("initech");
        await host.Database.ExecuteAsync($"insert into domains (name, tenant_id, state) values ('crm.initech.example', '{tenant}', 'served')");

        var removed = await host.SendAsync(HttpMethod.Delete, "/v1/tenants/initech/domains/crm.initech.example", host.AdminKey);

        removed.Status.ShouldBe(202, removed.Text);
        await using var db = await OpenAsync();
        (await db.Operations.SingleAsync(o => o.Id == (Guid)removed.Body["operation"]!)).Workflow.ShouldBe("DomainRemoval");
        var again = await host.SendAsync(HttpMethod.Delete, "/v1/tenants/initech/domains/crm.initech.example", host.AdminKey);
        (again.Status, again.Code, (string?)again.Body["operation"]).ShouldBe((409, "operation_in_progress", (string?)removed.Body["operation"]));
    }

    [Fact]
    public async Task What_is_not_the_tenants_is_refused()
    {
        await TenantAsync("first");
        await TenantAsync("second");
        await TenantAsync("gone", "deleted");
        (await host.PostAsync("/v1/tenants/first/domains", new { name = "shop.first.example" })).Status.ShouldBe(202);

        (await host.PostAsync("/v1/tenants/second/domains", new { name = "shop.first.example" })).Code.ShouldBe("domain_taken");
        (await host.SendAsync(HttpMethod.Delete, "/v1/tenants/second/domains/shop.first.example", host.AdminKey)).Code.ShouldBe("domain_not_found");
        (await host.PostAsync("/v1/tenants/gone/domains", new { name = "shop.gone.example" })).Code.ShouldBe("invalid_state");
        (await host.PostAsync("/v1/tenants/nobody/domains", new { name = "shop.gone.example" })).Code.ShouldBe("tenant_not_found");
        (await host.GetAsync("/v1/tenants/nobody/domains")).Code.ShouldBe("tenant_not_found");
        foreach (var name in (string[])["*.first.example", "first", "x.localhost", "a b.example", "shop.first.example."])
        {
            var refused = await host.PostAsync("/v1/tenants/first/domains", new { name });
            (refused.Status, refused.Body["errors"]?["name"] is not null).ShouldBe((400, true), refused.Text);
        }
    }

    [Fact]
    public async Task The_command_line_adds_lists_and_removes_and_its_help_teaches()
    {
        await TenantAsync("hooli");
        var terminal = new Terminal(host.App.Urls.First(), host.AdminKey);

        (await terminal.TypeAsync("tenants", "domains", "list", "hooli")).ShouldBe(0, terminal.Error);
        terminal.Out.ShouldContain("ctl tenants domains add hooli NAME --wait");
        (await terminal.TypeAsync("tenants", "domains", "add", "hooli", "crm.hooli.example")).ShouldBe(3, terminal.Error);
        (await terminal.TypeAsync("tenants", "domains", "list", "hooli")).ShouldBe(0, terminal.Error);
        terminal.Out.ShouldContain("crm.hooli.example");
        terminal.Out.ShouldContain("adding");
        (await terminal.TypeAsync("tenants", "domains", "remove", "hooli", "crm.hooli.example", "--yes")).ShouldBe(3, terminal.Error);
        (await terminal.TypeAsync("tenants", "domains", "remove", "hooli", "other.example", "--yes")).ShouldBe(1);
        terminal.Error.ShouldContain("'hooli' has no domain 'other.example'.");
        (await terminal.TypeAsync("tenants", "domains", "add", "--help")).ShouldBe(0);
        terminal.Out.ShouldContain("which DNS record to set");
        terminal.Out.ShouldContain("ctl tenants domains add globex crm.globex.com --wait");
    }

    private async Task<Guid> TenantAsync(string slug, string state = "active")
    {
        var id = Guid.CreateVersion7();
        await host.Database.ExecuteAsync($"insert into tenants (id, slug, plan, tier, region, state) values ('{id}', '{slug}', 'free', 'shared', 'here', '{state}')");
        return id;
    }

    private Task<CatalogDb> OpenAsync() => host.App.Services.GetRequiredService<IDbContextFactory<CatalogDb>>().CreateDbContextAsync();
}
