using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Runtimes;
using ControlPlane.Tenants.Domains;
using ControlPlane.Tests.Domains;
using Microsoft.EntityFrameworkCore;
using Provisioner.Dns;
using Support.Acme;

namespace ControlPlane.Tests.Workflows;

public sealed class DomainAdditionTests(WorkflowWorld world, DomainWorld domains) : UndoableWorkflowContract<DomainAddition>(world), IClassFixture<DomainWorld>, IAsyncLifetime
{
    public Task InitializeAsync() => domains.PrepareAsync(World);

    public Task DisposeAsync() => domains.AssertInStepAsync();

    [PebbleFact]
    public async Task A_name_that_leads_nowhere_waits_with_the_record_to_set_and_goes_on_when_it_is_set()
    {
        var name = domains.NewName();
        var operation = await domains.AddAsync(name);

        var waiting = await TurnAsync(operation);

        (waiting.State, waiting.Status).ShouldBe((OperationState.Waiting, $"{name} leads nowhere yet. Set A {name} -> 127.0.0.1, or CNAME {name} -> {domains.Tenant.Slug}.localhost."));
        domains.Edge!.Shown.ShouldNotContainKey(name);
        (await RoutesAsync()).ShouldNotContain(name);

        await domains.LeadAsync(name, "192.0.2.7");
        (await TurnAsync(operation)).Status.ShouldNotBeNull().ShouldStartWith($"{name} leads to 192.0.2.7. Set A {name} -> 127.0.0.1");
        await domains.LeadAsync(name);
        await domains.LeadAsync(name, "2001:db8::7", RecordType.AAAA);
        (await TurnAsync(operation)).Status.ShouldNotBeNull().ShouldContain($"also leads elsewhere; remove AAAA {name} -> 2001:db8::7");
        await domains.Authority!.Dns.RemoveAsync(new RecordName(DomainWorld.Zone, name[..^(DomainWorld.Zone.Length + 1)], RecordType.AAAA), DomainWorld.Customer, default);

        await EndsAsync(operation, OperationState.Done);
        (await RoutesAsync()).ShouldContain(name);
    }

    [PebbleFact]
    public async Task Cancelled_while_it_waits_it_leaves_nothing()
    {
        var operation = await domains.AddAsync(domains.NewName());
        await TurnAsync(operation);

        await World.CancelAsync(operation);

        await EndsAsync(operation, OperationState.Undone);
        (await World.ReadAsync(db => db.Domains.AnyAsync(d => d.State == DomainState.Adding))).ShouldBeFalse();
    }

    [PebbleFact]
    public async Task After_three_days_without_a_record_it_gives_up_and_says_how_to_begin_again()
    {
        var name = domains.NewName();
        var operation = await domains.AddAsync(name);
        await TurnAsync(operation);

        await World.ExecuteAsync($$"""update operations set memory = jsonb_set(memory, '{dns_awaited}', '"2020-01-01T00:00:00Z"') where id = '{{operation}}'""");

        (await EndsAsync(operation, OperationState.Undone)).Error.ShouldNotBeNull().ShouldContain($"It was waited for 72 hours. Set the record, then: ctl tenants domains add {domains.Tenant.Slug} {name}");
    }

    [PebbleFact]
    public async Task A_name_of_a_tenant_that_is_deleted_meanwhile_is_given_up()
    {
        var operation = await domains.AddAsync(domains.NewName());
        await TurnAsync(operation);
        await World.ExecuteAsync($"update tenants set state = 'deleted' where id = '{domains.Tenant.Id}'");

        var ended = await World.RunAsync(operation);

        await World.ExecuteAsync($"update tenants set state = 'active' where id = '{domains.Tenant.Id}'");
        (ended.State, ended.Error!.Contains("was deleted", StringComparison.Ordinal)).ShouldBe((OperationState.Undone, true));
    }

    [PebbleFact]
    public async Task What_the_authority_cannot_verify_is_tried_again_a_few_times()
    {
        domains.Edge!.LosesProofs = true;
        var mended = await ArrangeAsync();
        (await TurnAsync(mended)).Status.ShouldNotBeNull().ShouldStartWith("Try 1 of 4: ");
        var hopeless = await World.RunAsync(await ArrangeAsync());
        domains.Edge.LosesProofs = false;

        (hopeless.State, hopeless.Error!.Contains("by http-01", StringComparison.Ordinal)).ShouldBe((OperationState.Undone, true), hopeless.Error);
        await EndsAsync(mended, OperationState.Done);
    }

    [Fact]
    public async Task A_tenant_that_is_being_set_up_comes_first()
    {
        var tenant = await World.NewTenantAsync();
        var domain = new Domain { Name = domains.NewName(), TenantId = tenant.Id };
        await using (var db = await World.OpenCatalogAsync())
        {
            db.Domains.Add(domain);
            await db.SaveChangesAsync();
        }

        var operation = await World.AddAsync<DomainAddition>(domain.Id, domain.Name, new { });

        (await TurnAsync(operation)).Status.ShouldBe($"{tenant.Slug} is being set up; {domain.Name} comes after that.");
        await World.ExecuteAsync($"delete from tenants where id = '{tenant.Id}'");
        (await EndsAsync(operation, OperationState.Undone)).Error.ShouldNotBeNull().ShouldContain("was given up");
    }

    protected override string PointOfNoReturn => nameof(OpenDomain);

    protected override async Task<Guid> ArrangeAsync()
    {
        var name = domains.NewName();
        await domains.LeadAsync(name);
        return await domains.AddAsync(name);
    }

    protected override async Task AssertDoneAsync(Operation operation)
    {
        (await RoutesAsync()).ShouldContain(operation.Subject);
        var domain = await World.ReadAsync(db => db.Domains.SingleAsync(d => d.Id == operation.SubjectId));
        domain.State.ShouldBe(DomainState.Served);
        if (domains.Edge is { } edge)
        {
            var certificate = (await domains.CertificateOfAsync(domain.Name)).ShouldNotBeNull();
            (domain.CertificateRevision, edge.Shown[domain.Name].Chain).ShouldBe((certificate.Revision, certificate.Issued.ChainPem));
        }
    }

    /// <summary>What a worker does with it until it waits.</summary>
    private async Task<Operation> TurnAsync(Guid operation)
    {
        await World.ExecuteAsync($"update operations set wake_at = now() where id = '{operation}'");
        await World.Get<OperationRunner>().RunAsync(operation, CancellationToken.None);
        return await World.ReadAsync(db => db.Operations.SingleAsync(o => o.Id == operation));
    }

    private async Task<IReadOnlyList<string>> RoutesAsync() =>
        (await World.Get<RouteReader>().ReadAllAsync(servers: null, CancellationToken.None)).Routes.Single(r => r.TenantId == domains.Tenant.Id).Domains;
}
