using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers.Removal;
using ControlPlane.Tenants.Domains;
using ControlPlane.Tenants.Moving;
using ControlPlane.Tests.Domains;
using Microsoft.EntityFrameworkCore;
using Support.Acme;

namespace ControlPlane.Tests.Workflows;

/// <summary>From a machine that others use too to one of its own, with a domain.</summary>
public sealed class DomainMoveTests(WorkflowWorld world, DomainWorld domains) : WorkflowContract<TenantUpgrade>(world), IClassFixture<DomainWorld>, IAsyncLifetime
{
    private Domain domain = null!;
    private Machine shared = null!;

    public Task InitializeAsync() => domains.PrepareAsync(World);

    public Task DisposeAsync() => domains.AssertInStepAsync();

    [PebbleFact]
    public async Task The_owner_is_told_what_to_set_the_old_machine_answers_until_the_end_and_renewals_follow_where_the_name_leads()
    {
        var upgrade = await World.RunAsync(await ArrangeAsync());
        var (tenant, machine) = await PlaceOfAsync(upgrade);

        (await SaidAsync(upgrade)).ShouldContain(l => l.StartsWith($"{domain.Name} leads to {shared.Address}. Its owner must set A {domain.Name} -> {machine.Address}, or CNAME {domain.Name} -> {tenant.Slug}.localhost. {shared.Address} goes on answering until 20", StringComparison.Ordinal));
        var change = (await ChangeOfAsync(tenant)).ShouldNotBeNull();
        (change.From, change.To).ShouldBe((shared.Address!, machine.Address));
        Revisions(machine).ShouldBe((1, 1));

        await domains.AgeAsync(domain.Name, daysLeft: 20);
        await domains.RenewAsync();
        Revisions(machine).ShouldBe((2, 2));

        await domains.LeadAsync(domain.Name, machine.Address!);
        await domains.AgeAsync(domain.Name, daysLeft: 20);
        await domains.RenewAsync();
        Revisions(machine).ShouldBe((3, 3));

        await World.EndMoveAsync(tenant, await MoveOfAsync(tenant));
        Revisions(machine).ShouldBe((null, 3));
        (await ChangeOfAsync(tenant)).ShouldBeNull();
    }

    [PebbleFact]
    public async Task Back_again_the_machine_that_it_comes_to_shows_what_came_meanwhile()
    {
        var upgrade = await World.RunAsync(await ArrangeAsync());
        var (tenant, machine) = await PlaceOfAsync(upgrade);
        var later = await domains.ServeAsync(tenant.Id, machine.Address!);
        domains.Edge!.RevisionOn(shared.Id, later.Name).ShouldBe(1);

        var back = await World.RunAsync(await World.AddAsync<TenantReturn>(tenant.Id, tenant.Slug, new OfMove(await MoveOfAsync(tenant))));

        back.State.ShouldBe(OperationState.Done, back.Error);
        await FinishAsync(await World.ReadAsync(db => db.Operations.Where(o => o.SubjectId == machine.Id && o.Workflow == nameof(ServerRemoval)).Select(o => o.Id).SingleAsync()));
        (await SaidAsync(back)).ShouldContain(l => l.StartsWith($"{later.Name} leads to {machine.Address}. Its owner must set A {later.Name} -> {shared.Address}", StringComparison.Ordinal));
        (Revisions(machine), domains.Edge.RevisionOn(shared.Id, later.Name)).ShouldBe(((1, null), 1));
    }

    [PebbleFact]
    public async Task Where_TLS_ends_elsewhere_its_certificate_goes_with_the_way_back_and_on_a_machine_it_gets_one_when_it_leads_there()
    {
        await ArrangeAsync();
        var tenant = await World.TenantAsync(domain.TenantId);
        await World.ExecuteAsync($"delete from operations where subject_id = '{tenant.Id}' and finished_at is null");
        var away = await World.RunAsync(await World.AddAsync<TenantMove>(tenant.Id, tenant.Slug, new TenantMove.Request(await World.SecondServerAsync())));
        away.State.ShouldBe(OperationState.Done, away.Error);
        domains.Edge!.RevisionOn(shared.Id, domain.Name).ShouldBe(1);
        await World.EndMoveAsync(tenant, away.Id);
        (domains.Edge.RevisionOn(shared.Id, domain.Name), await domains.CertificateOfAsync(domain.Name)).ShouldBe((null, null));

        var upgrade = await World.RunAsync(await World.AddAsync<TenantUpgrade>(tenant.Id, tenant.Slug, new { }));
        var (_, machine) = await PlaceOfAsync(upgrade);
        (await SaidAsync(upgrade)).ShouldContain($"{domain.Name} has no certificate here: TLS ended elsewhere so far. It gets one when it leads to {machine.Address}.");
        await domains.RenewAsync();
        domains.Edge.RevisionOn(machine.Id, domain.Name).ShouldBeNull();

        await domains.LeadAsync(domain.Name, machine.Address!);
        await domains.RenewAsync();
        domains.Edge.RevisionOn(machine.Id, domain.Name).ShouldBe(1);
        await World.EndMoveAsync(tenant, await MoveOfAsync(tenant));
    }

    [PebbleFact]
    public async Task A_warm_machine_that_it_does_not_get_after_all_knows_nothing_of_its_domain()
    {
        var warm = await World.ProvisionAsync();
        var upgrade = await ArrangeAsync();
        World.Mishap = Once(act => act.Step == nameof(CutOver), (_, _) =>
        {
            domains.Edge!.RevisionOn(warm.Id, domain.Name).ShouldBe(1);
            throw new InvalidOperationException(Planted);
        });

        await EndsAsync(upgrade, OperationState.Undone);

        domains.Edge!.RevisionOn(warm.Id, domain.Name).ShouldBeNull();
    }

    [PebbleFact]
    public async Task A_domain_that_is_added_while_its_tenant_moves_is_shown_where_it_moves_to()
    {
        var upgrade = await ArrangeAsync();
        var name = domains.NewName();
        await domains.LeadAsync(name, shared.Address!);
        var addition = await domains.AddAsync(name, domain.TenantId);
        World.Mishap = Once(act => act.Step == nameof(OpenDomain), async (_, effect) =>
        {
            (await World.RunAsync(upgrade)).State.ShouldBe(OperationState.Done);
            return await effect();
        });

        await FinishAsync(addition);

        var (tenant, machine) = await PlaceOfAsync(await World.ReadAsync(db => db.Operations.SingleAsync(o => o.Id == upgrade)));
        domains.Edge!.RevisionOn(machine.Id, name).ShouldBe(1);
        await World.EndMoveAsync(tenant, await MoveOfAsync(tenant));
    }

    protected override string PointOfNoReturn => nameof(CutOver);

    protected override bool Covers(string step) => step is nameof(ShowDomainsThere) or nameof(FollowDomains);

    protected override async Task<Guid> ArrangeAsync()
    {
        (var tenant, shared) = await domains.NewSharedTenantAsync();
        domain = await domains.ServeAsync(tenant.Id, shared.Address!);
        return await World.AddAsync<TenantUpgrade>(tenant.Id, tenant.Slug, new { });
    }

    protected override async Task AssertDoneAsync(Operation operation)
    {
        var (tenant, machine) = await PlaceOfAsync(operation);
        if (domains.Edge is not null)
        {
            Revisions(machine).ShouldBe((1, 1));
        }

        await World.EndMoveAsync(tenant, await MoveOfAsync(tenant));
    }

    private async Task FinishAsync(Guid operation)
    {
        var ended = await World.RunAsync(operation);
        ended.State.ShouldBe(OperationState.Done, ended.Error);
    }

    /// <summary>On the machine that it shares, and on its own.</summary>
    private (int? Shared, int? Own) Revisions(Machine machine) => (domains.Edge!.RevisionOn(shared.Id, domain.Name), domains.Edge.RevisionOn(machine.Id, domain.Name));

    private async Task<(Tenant Tenant, Machine Machine)> PlaceOfAsync(Operation upgrade)
    {
        upgrade.State.ShouldBe(OperationState.Done, upgrade.Error);
        return (await World.TenantAsync(upgrade.SubjectId), await World.ReadAsync(db => db.Machines.SingleAsync(m => m.TenantId == upgrade.SubjectId)));
    }

    private Task<Guid> MoveOfAsync(Tenant tenant) => World.ReadAsync(db => db.Moves.Where(m => m.TenantId == tenant.Id && m.State == MoveState.Soaking).Select(m => m.Id).SingleAsync());

    private Task<DomainChange?> ChangeOfAsync(Tenant tenant) => World.ReadAsync(db => DomainChange.FindAsync(db, tenant.Id, domains.Edge!, CancellationToken.None));

    private Task<List<string>> SaidAsync(Operation operation) => World.ReadAsync(db => db.OperationLog.Where(l => l.OperationId == operation.Id).Select(l => l.Line).ToListAsync());
}
