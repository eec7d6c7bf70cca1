using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Tenants.Deletion;
using ControlPlane.Tests.Domains;
using Microsoft.EntityFrameworkCore;
using Support;
using Support.Acme;

namespace ControlPlane.Tests.Workflows;

public sealed class TenantPurgeTests(WorkflowWorld world, DomainWorld domains) : WorkflowContract<TenantPurge>(world), IClassFixture<DomainWorld>
{
    [PebbleFact]
    public async Task Its_own_domains_go_with_it_from_a_machine_that_others_use_too_and_so_does_one_that_still_waits()
    {
        await domains.PrepareAsync(World);
        var served = await domains.ServeAsync();
        var waiting = await domains.AddAsync(domains.NewName());
        await World.Get<OperationRunner>().RunAsync(waiting, CancellationToken.None);
        await World.ExecuteAsync($"update machines set tenant_id = null where tenant_id = '{domains.Tenant.Id}'");
        var deleted = await World.DeleteAsync(domains.Tenant);
        domains.Edge!.Shown.ShouldContainKey(served.Name);

        (await World.RunAsync(await World.AddAsync<TenantPurge>(deleted.Id, deleted.Slug, new { }))).State.ShouldBe(OperationState.Done);
        (await World.RunAsync(waiting)).State.ShouldBe(OperationState.Undone);

        (await World.LookAsync()).ShouldBeEmpty();
        domains.Edge.Shown.ShouldBeEmpty();
        (await World.ReadAsync(db => db.Certificates.CountAsync())).ShouldBe(0);
        (await World.ReadAsync(db => db.Domains.CountAsync())).ShouldBe(0);
    }

    [Fact]
    public async Task A_tenant_that_is_not_deleted_keeps_everything()
    {
        var tenant = await World.OnboardAsync();
        var database = await World.DatabaseOfAsync(tenant.Id);
        await World.OnServerAsync("insert into notes (text) values ('precious')", database);
        var purge = await World.AddAsync<TenantPurge>(tenant.Id, tenant.Slug, new { });

        var stopped = await World.RunAsync(purge);

        stopped.State.ShouldBe(OperationState.NeedsOperator);
        stopped.Error.ShouldNotBeNull().ShouldContain("Active");
        (await World.OnServerAsync("select text from notes", database)).ShouldBe("precious");
        await World.CancelAsync(purge);
        (await World.LookAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_tenant_that_is_restored_at_the_last_moment_is_not_purged()
    {
        var tenant = await World.DeleteAsync(await World.OnboardAsync());
        await World.ExecuteAsync($"update tenants set purge_at = now() - interval '1 second' where id = '{tenant.Id}'");
        var chore = World.Get<IEnumerable<Chore>>().OfType<PurgeDeletedTenants>().Single();

        await using var restoring = await World.OpenCatalogAsync();
        await using var transaction = await restoring.Database.BeginTransactionAsync();
        await restoring.Database.ExecuteSqlAsync($"update tenants set state = 'active' where id = {tenant.Id}");
        var purging = chore.RunAsync(CancellationToken.None);
        await Eventually.Async(
            () => World.ReadAsync(db => db.Database
                .SqlQuery<bool>($"select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock') as \"Value\"")
                .SingleAsync()),
            TimeSpan.FromSeconds(20),
            "the purge waits for the restoration");
        await transaction.CommitAsync();
        await purging;

        (await World.ReadAsync(db => db.Operations.AnyAsync(o => o.SubjectId == tenant.Id && o.Workflow == nameof(TenantPurge)))).ShouldBeFalse();
        await World.ExecuteAsync($"update tenants set state = 'deleted', purge_at = now() + interval '1 hour' where id = '{tenant.Id}'");
    }

    protected override async Task<Guid> ArrangeAsync()
    {
        var tenant = await World.DeleteAsync(await World.OnboardAsync());
        return await World.AddAsync<TenantPurge>(tenant.Id, tenant.Slug, new { });
    }

    protected override async Task AssertDoneAsync(Operation operation) =>
        (await World.TenantAsync(operation.SubjectId)).State.ShouldBe(TenantState.Purged);
}
