using ControlPlane.Fleet;
using ControlPlane.Operations;
using ControlPlane.Servers;
using ControlPlane.Tenants.Restoration;

namespace ControlPlane.Tests.Workflows;

/// <summary>A migration that is older than one which is applied everywhere, as when two branches are merged.</summary>
public sealed class LateMigrationTests(WorkflowWorld world) : IClassFixture<WorkflowWorld>
{
    private const string First = "20260101000000";
    private const string Late = "20260201000000";
    private const string Newest = "20260301000000";

    [Fact]
    public async Task It_is_seen_and_refused_until_somebody_accepts_the_order_and_new_tenants_are_like_old_ones()
    {
        var early = await world.OnboardAsync();
        await world.ReleaseAsync(Newest, "alter table notes add column newest text;");
        (await world.GoAsync<FleetMigration>(new FleetRequest())).State.ShouldBe(OperationState.Done);
        var dumped = await world.DeleteAsync(await world.OnboardAsync());
        await world.ReleaseAsync(Late, "alter table notes add column late text;");
        var wanted = await world.ReadAsync(db => WantedSchema.ReadAsync(db, world.Get<ApplicationSchema>(), CancellationToken.None));
        wanted.Version.ShouldBe($"{Newest} late {Late}");
        wanted.PendingAfter(Newest).ShouldBe([$"{Late}_change"]);
        wanted.PendingAfter(First).ShouldBe([$"{Late}_change", $"{Newest}_change"]);
        wanted.PendingAfter(wanted.Version).ShouldBeEmpty();

        var refused = await world.GoAsync<FleetMigration>(new FleetRequest());

        refused.Error.ShouldNotBeNull().ShouldContain($"It is older than {Newest}, which is applied already");
        (await ColumnsAsync(early.Id)).ShouldBe("id, newest, text");
        (await world.VersionsAsync()).ShouldAllBe(v => v == Newest);

        (await world.GoAsync<FleetMigration>(new FleetRequest(AllowOutOfOrder: true))).State.ShouldBe(OperationState.Done);

        (await ColumnsAsync(early.Id)).ShouldBe("id, late, newest, text");
        (await ColumnsAsync((await world.OnboardAsync()).Id)).ShouldBe("id, late, newest, text");
        var restored = await world.AddAsync<TenantRestoration>(dumped.Id, dumped.Slug, new TenantRestoration.Request(FromDump: true));
        (await world.RunAsync(restored)).State.ShouldBe(OperationState.Done);
        (await ColumnsAsync(dumped.Id)).ShouldBe("id, late, newest, text");
        (await world.VersionsAsync()).ShouldAllBe(v => v == wanted.Version);
        (await world.LookAsync()).ShouldBeEmpty();
    }

    private async Task<object?> ColumnsAsync(Guid tenant) => await world.OnServerAsync(
        "select string_agg(attname, ', ' order by attname) from pg_attribute where attrelid = 'notes'::regclass and attnum > 0 and not attisdropped", await world.DatabaseOfAsync(tenant));
}
