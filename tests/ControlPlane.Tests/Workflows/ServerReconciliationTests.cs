using ControlPlane.Operations;
using ControlPlane.Servers;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tests.Workflows;

public sealed class ServerReconciliationTests(WorkflowWorld world) : UndoableWorkflowContract<ServerReconciliation>(world)
{
    [Fact]
    public async Task What_is_surely_ours_and_safe_is_healed()
    {
        var tenant = await World.OnboardAsync();
        var database = await World.DatabaseOfAsync(tenant.Id);
        await World.OnServerAsync($"alter database {database} reset controlplane.tenant_id");
        await World.OnServerAsync($"alter role {database} nologin");
        await World.ExecuteAsync($"update routes set removed = true where tenant_id = '{tenant.Id}'");
        await World.OnServerAsync("select (pg_create_logical_replication_slot('mb_aaaaaaaaaaaaaaaaaaaaaaaaaa', 'pgoutput')).slot_name::text", database);
        (await World.LookAsync()).Count.ShouldBe(4);

        await EndsAsync(await ArrangeAsync(), OperationState.Done);
    }

    [Fact]
    public async Task What_is_not_surely_ours_stays_and_becomes_a_finding_until_it_is_gone()
    {
        await World.OnServerAsync("create database t_aaaaaaaaaaaaaaaaaaaaaaaaaa");

        await World.RunAsync(await ArrangeAsync());
        (await OpenFindingsAsync()).ShouldBe(["foreign_database"]);
        (await World.OnServerAsync("select count(*) from pg_database where datname = 't_aaaaaaaaaaaaaaaaaaaaaaaaaa'")).ShouldBe(1L);

        await World.OnServerAsync("drop database t_aaaaaaaaaaaaaaaaaaaaaaaaaa");
        await World.RunAsync(await ArrangeAsync());
        (await OpenFindingsAsync()).ShouldBeEmpty();
    }

    protected override Task<Guid> ArrangeAsync() => World.AddAsync<ServerReconciliation>(World.Server, "shared-1", new { });

    protected override async Task AssertDoneAsync(Operation operation) =>
        (await World.ReadAsync(db => db.Servers.SingleAsync(s => s.Id == World.Server))).SeenAt.ShouldNotBeNull();

    private Task<List<string>> OpenFindingsAsync() =>
        World.ReadAsync(db => db.Findings.Where(f => f.ResolvedAt == null).Select(f => f.Kind).ToListAsync());
}
