using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Tenants.Domains;
using ControlPlane.Tests.Domains;
using Microsoft.EntityFrameworkCore;
using Support.Acme;

namespace ControlPlane.Tests.Workflows;

public sealed class DomainRenewalTests(WorkflowWorld world, DomainWorld domains) : UndoableWorkflowContract<DomainRenewal>(world), IClassFixture<DomainWorld>, IAsyncLifetime
{
    public Task InitializeAsync() => domains.PrepareAsync(World);

    public Task DisposeAsync() => domains.AssertInStepAsync();

    [PebbleFact]
    public async Task What_is_due_is_renewed_and_brought_to_its_machine_and_what_is_not_is_left_alone()
    {
        var (due, fresh) = (await domains.ServeAsync(), await domains.ServeAsync());
        await domains.AgeAsync(due.Name, daysLeft: 20);

        await domains.RenewAsync();

        (await OperationsOfAsync(due)).ShouldBe([nameof(DomainAddition), nameof(DomainRenewal)]);
        (await OperationsOfAsync(fresh)).ShouldBe([nameof(DomainAddition)]);
        (await domains.CertificateOfAsync(due.Name))!.Revision.ShouldBe(2);
        domains.Edge!.Shown[due.Name].Revision.ShouldBe(2);
        await domains.RenewAsync();
        (await OperationsOfAsync(due)).Count.ShouldBe(2);
    }

    [PebbleFact]
    public async Task What_its_machine_did_not_get_is_brought_later_and_a_failure_blocks_nobody()
    {
        var domain = await domains.ServeAsync();
        await domains.AgeAsync(domain.Name, daysLeft: 20);
        World.Mishap = Once(act => act.Step == nameof(DeliverDomain) && act.Context.Subject == domain.Name, (_, _) => throw new InvalidOperationException(Planted));

        await domains.RenewAsync();
        domains.Edge!.Shown[domain.Name].Revision.ShouldBe(1);
        await domains.RenewAsync();

        domains.Edge.Shown[domain.Name].Revision.ShouldBe(2);
        (await World.LookAsync()).ShouldBeEmpty();
    }

    [PebbleFact]
    public async Task A_machine_that_is_silent_keeps_the_old_certificate_and_says_why_it_was_not_renewed()
    {
        var domain = await domains.ServeAsync();
        await domains.AgeAsync(domain.Name, daysLeft: 20);
        domains.Edge!.IsSilent = true;
        // Pebble takes an old proof of an account for a new one once in a hundred times, whatever it is told.
        await World.ExecuteAsync("delete from acme_accounts");

        await domains.RenewAsync();

        domains.Edge.IsSilent = false;
        (await World.ReadAsync(db => db.Certificates.SingleAsync(c => c.Names.Contains(domain.Name)))).LastError.ShouldBe("The machine is silent.");
        domains.Edge.Shown[domain.Name].Revision.ShouldBe(1);
    }

    protected override async Task<Guid> ArrangeAsync()
    {
        var domain = await domains.ServeAsync();
        return await World.AddAsync<DomainRenewal>(domain.Id, domain.Name, new DomainRenewal.Request(domain.CertificateRevision));
    }

    protected override async Task AssertDoneAsync(Operation operation)
    {
        if (domains.Edge is { } edge)
        {
            (await domains.CertificateOfAsync(operation.Subject))!.Revision.ShouldBe(2, "a step that is done twice is done once");
            edge.Shown[operation.Subject].Revision.ShouldBe(2);
            (await World.ReadAsync(db => db.Domains.SingleAsync(d => d.Id == operation.SubjectId))).CertificateRevision.ShouldBe(2);
        }
    }

    private Task<List<string>> OperationsOfAsync(Domain domain) =>
        World.ReadAsync(db => db.Operations.Where(o => o.SubjectId == domain.Id).OrderBy(o => o.Id).Select(o => o.Workflow).ToListAsync());
}
