using ControlPlane.Fleet;
using ControlPlane.Operations;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tests.Workflows;

public sealed class DriftSearchTests(WorkflowWorld world) : WorkflowContract<DriftSearch>(world)
{
    [Fact]
    public async Task A_schema_that_somebody_changed_by_hand_is_shown_object_by_object_until_it_is_put_right()
    {
        var tenant = await World.OnboardAsync();
        var database = await World.DatabaseOfAsync(tenant.Id);
        await World.OnServerAsync("create index by_hand on notes (text); alter table notes add column extra integer;", database);
        var request = new FleetRequest(Tenants: [tenant.Slug]);

        (await World.GoAsync<DriftSearch>(request)).State.ShouldBe(OperationState.Done);

        var drifted = (await World.FleetAsync("drift")).Single(t => t.Tenant == tenant.Slug);
        drifted.State.ShouldBe("drifted");
        drifted.Differences.Length.ShouldBe(2, string.Join('\n', drifted.Differences));
        drifted.Differences.ShouldContain(d => d.Contains("by_hand") && d.Contains("not expected"));
        drifted.Differences.ShouldContain(d => d.Contains("notes.extra"));
        (await FindingsAsync()).ShouldBe([tenant.Slug]);
        (await World.OnServerAsync("select count(*) from pg_database where datname like 'rehearsal%'")).ShouldBe(0L);

        await World.OnServerAsync("drop index by_hand; alter table notes drop column extra;", database);
        (await World.GoAsync<DriftSearch>(request)).State.ShouldBe(OperationState.Done);
        (await World.FleetAsync("drift")).Single(t => t.Tenant == tenant.Slug).State.ShouldBe("done");
        (await FindingsAsync()).ShouldBeEmpty();
    }

    protected override async Task<Guid> ArrangeAsync()
    {
        await World.PopulateAsync();
        return await World.AddFleetAsync<DriftSearch>(new FleetRequest());
    }

    protected override async Task AssertDoneAsync(Operation operation)
    {
        var fleet = await World.FleetAsync("drift");
        fleet.ShouldNotBeEmpty();
        fleet.ShouldAllBe(t => t.State == "done");
    }

    private Task<List<string>> FindingsAsync() =>
        World.ReadAsync(db => db.Findings.Where(f => f.Kind == ReportDrift.Kind && f.ResolvedAt == null).Select(f => f.Subject).ToListAsync());
}
