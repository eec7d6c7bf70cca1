using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers;
using ControlPlane.Tenants.WarmDatabases;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tests.Workflows;

public sealed class WarmDatabaseCreationTests(WorkflowWorld world) : UndoableWorkflowContract<WarmDatabaseCreation>(world)
{
    [Fact]
    public async Task One_of_an_older_schema_is_given_to_nobody_and_is_replaced()
    {
        await World.StockAsync();
        var old = await World.ReadAsync(db => db.Databases.Where(d => d.State == TenantDatabaseState.Warm).Select(d => d.Name).ToListAsync());
        await World.ReleaseAsync("20260401000000", "create table newest (id integer);");
        await World.ExecuteAsync("update servers set warm_target = 1");

        var tenant = await World.OnboardAsync();
        (await World.OnServerAsync("select to_regclass('newest') is not null", await World.DatabaseOfAsync(tenant.Id))).ShouldBe(true);
        old.ShouldNotContain(await World.DatabaseOfAsync(tenant.Id));

        await World.Get<IEnumerable<Chore>>().OfType<RefillWarmDatabases>().Single().RunAsync(CancellationToken.None);
        var coming = await World.ReadAsync(db => db.Operations.SingleAsync(o => o.Workflow == nameof(WarmDatabaseCreation) && o.FinishedAt == null));
        (await World.RunAsync(coming.Id)).State.ShouldBe(OperationState.Done);

        (await World.ReadAsync(db => db.Databases.Where(d => d.State == TenantDatabaseState.Warm).ToListAsync())).ShouldHaveSingleItem().SchemaVersion.ShouldBe("20260401000000");
        await World.ExecuteAsync("update servers set warm_target = 0");
        for (var look = 0; look < 2; look++)
        {
            (await World.RunAsync(await World.AddAsync<ServerReconciliation>(World.Server, "shared-1", new { }))).State.ShouldBe(OperationState.Done);
        }

        (await World.OnServerAsync($"select count(*) from pg_database where datname in ('{string.Join("', '", old)}')")).ShouldBe(0L);
    }

    protected override string PointOfNoReturn => nameof(StockDatabase);

    protected override Task<Guid> ArrangeAsync() =>
        World.AddAsync<WarmDatabaseCreation>(Guid.CreateVersion7(), "warm database", new WarmDatabaseCreation.Request(World.Server));

    protected override async Task AssertDoneAsync(Operation operation)
    {
        var database = await World.ReadAsync(db => db.Databases.SingleAsync(d => d.Id == operation.SubjectId));
        database.State.ShouldBe(TenantDatabaseState.Warm);
        database.TenantId.ShouldBeNull();
    }
}
