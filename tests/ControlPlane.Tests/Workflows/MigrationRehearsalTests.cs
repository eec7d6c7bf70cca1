using ControlPlane.Fleet;
using ControlPlane.Operations;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tests.Workflows;

public sealed class MigrationRehearsalTests(WorkflowWorld world) : WorkflowContract<MigrationRehearsal>(world)
{
    private static int releases;

    [Fact]
    public async Task What_tenants_lack_is_rehearsed_on_what_they_have_and_no_tenant_notices()
    {
        var tenant = await World.OnboardAsync();
        await World.ReleaseAsync(Next(), "alter table notes add column seen timestamptz;");
        await World.ReleaseAsync(Next(), "alter table notes alter column id type integer;");

        var operation = await ArrangeRunAsync();
        (await World.RunAsync(operation)).State.ShouldBe(OperationState.Done);

        var report = await ReportAsync(operation);
        report.ShouldContain("""
            "isDangerous": true
            """.Trim());
        report.ShouldContain("rewritten");
        report.ShouldContain("AccessExclusive");
        (await World.OnServerAsync("select count(*) from migrator.history", await World.DatabaseOfAsync(tenant.Id))).ShouldBe(1L);
        await AssertNothingLeftAsync();
    }

    protected override async Task<Guid> ArrangeAsync()
    {
        await World.PopulateAsync();
        return await ArrangeRunAsync();
    }

    protected override async Task AssertDoneAsync(Operation operation)
    {
        (await ReportAsync(operation.Id)).ShouldStartWith("[");
        await AssertNothingLeftAsync();
    }

    private static string Next() => $"2026020100{Interlocked.Increment(ref releases):0000}";

    private Task<Guid> ArrangeRunAsync() => World.AddAsync<MigrationRehearsal>(Guid.CreateVersion7(), "migrations", new MigrationRehearsal.Request());

    private Task<string> ReportAsync(Guid operation) =>
        World.ReadAsync(db => db.Database.SqlQuery<string>($"select report::text as \"Value\" from rehearsals where operation_id = {operation}").SingleAsync());

    private async Task AssertNothingLeftAsync() =>
        (await World.OnServerAsync("select count(*) from pg_roles full join pg_database on false where coalesce(rolname, datname) like 'rehearsal%'")).ShouldBe(0L);
}
