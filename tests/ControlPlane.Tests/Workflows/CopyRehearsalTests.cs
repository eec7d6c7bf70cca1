using ControlPlane.Catalog;
using ControlPlane.Fleet;
using ControlPlane.Operations;
using ControlPlane.Servers;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ControlPlane.Tests.Workflows;

public sealed class CopyRehearsalTests(WorkflowWorld world) : UndoableWorkflowContract<CopyRehearsal>(world)
{
    private static int releases;

    [Fact]
    public async Task It_runs_on_the_tenants_own_rows_while_the_tenant_works_on()
    {
        var tenant = await World.OnboardAsync();
        var database = await World.DatabaseOfAsync(tenant.Id);
        await World.OnServerAsync("insert into notes (text) values ('same'), ('same')", database);
        await World.ReleaseAsync(Next(), "create unique index only_one on notes (text) where text = 'same'; drop index only_one;");
        await using var session = await World.OpenOnServerAsync(database);
        await using (var begin = new NpgsqlCommand("begin; insert into notes (text) values ('unfinished')", session))
        {
            await begin.ExecuteNonQueryAsync();
        }

        var operation = await AddAsync(tenant);
        await EndsAsync(operation, OperationState.Done);

        (await ReportAsync(operation)).ShouldContain("could not create unique index");
        await using var commit = new NpgsqlCommand("commit", session);
        await commit.ExecuteNonQueryAsync();
        (await World.OnServerAsync("select count(*) from migrator.history", database)).ShouldBe(1L);
        (await World.OnServerAsync("select count(*) from notes", database)).ShouldBe(3L);
        await World.ReleaseAsync(Next(), "select 1;");
    }

    [Fact]
    public async Task A_copy_that_nobody_cares_for_any_more_is_dropped_by_the_reconciler_and_its_dump_by_a_chore()
    {
        var operation = await ArrangeAsync();
        World.Mishap = (act, effect) => act.Step == nameof(DiscardCopy) ? throw new InvalidOperationException(Planted) : act.IsUndo ? throw new InvalidOperationException("a stuck undo") : effect();
        (await World.RunAsync(operation)).State.ShouldBe(OperationState.NeedsOperator);
        var dump = Path.Combine(World.DumpsFolder, $"rehearsal_{operation:N}.dump");
        await File.WriteAllTextAsync(dump, "rows");
        await TidyAsync();
        File.Exists(dump).ShouldBeTrue("its operation has not ended");
        await World.ExecuteAsync($"update operations set state = 'cancelled', finished_at = now() where id = '{operation}'");

        await World.Get<Reconciler>().ReconcileAsync(World.Server, _ => { }, CancellationToken.None);
        await TidyAsync();

        (await World.LookAsync()).ShouldBeEmpty();
        File.Exists(dump).ShouldBeFalse();
    }

    protected override async Task<Guid> ArrangeAsync()
    {
        await World.PopulateAsync();
        await World.ReleaseAsync(Next(), "alter table notes alter column id type integer; alter table notes alter column id type bigint;");
        return await AddAsync(await World.ReadAsync(db => db.Tenants.FirstAsync(t => t.State == TenantState.Active)));
    }

    protected override async Task AssertDoneAsync(Operation operation)
    {
        (await ReportAsync(operation.Id)).ShouldStartWith("[{");
        var copy = await World.ReadAsync(db => db.Databases.SingleAsync(d => d.Id == operation.SubjectId));
        copy.State.ShouldBe(TenantDatabaseState.Dropped);
        (await World.OnServerAsync($"select count(*) from pg_database where datname = '{copy.Name}'")).ShouldBe(0L);
        (await World.OnServerAsync($"select count(*) from pg_roles where rolname in ('{copy.Name}', 'o_{copy.Name[2..]}')")).ShouldBe(0L);
    }

    private static string Next() => $"2026020100{Interlocked.Increment(ref releases):0000}";

    private Task TidyAsync() => World.Get<IEnumerable<Chore>>().OfType<LostDumps>().Single().RunAsync(CancellationToken.None);

    private Task<Guid> AddAsync(Tenant tenant) =>
        World.AddAsync<CopyRehearsal>(Guid.CreateVersion7(), $"copy of {tenant.Slug}", new MigrationRehearsal.Request(Tenant: tenant.Slug));

    private Task<string> ReportAsync(Guid operation) =>
        World.ReadAsync(db => db.Database.SqlQuery<string>($"select report::text as \"Value\" from rehearsals where operation_id = {operation}").SingleAsync());
}
