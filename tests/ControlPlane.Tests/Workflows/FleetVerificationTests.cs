using ControlPlane.Fleet;
using ControlPlane.Operations;

namespace ControlPlane.Tests.Workflows;

public sealed class FleetVerificationTests(WorkflowWorld world) : WorkflowContract<FleetVerification>(world)
{
    [Fact]
    public async Task What_the_catalog_notes_wrongly_is_corrected_by_what_the_databases_say()
    {
        var honest = await World.OnboardAsync();
        var lost = await World.OnboardAsync();
        var edited = await World.OnboardAsync();
        await World.ExecuteAsync($"update tenant_databases set schema_version = '19990101000000' where tenant_id = '{honest.Id}'");
        await World.OnServerAsync("delete from migrator.history", await World.DatabaseOfAsync(lost.Id));
        await World.OnServerAsync("update migrator.history set checksum = 'sha256:other'", await World.DatabaseOfAsync(edited.Id));

        (await World.GoAsync<FleetVerification>(new FleetRequest(Tenants: [honest.Slug, lost.Slug, edited.Slug]))).State.ShouldBe(OperationState.Done);

        var fleet = (await World.FleetAsync("verification")).ToDictionary(t => t.Tenant);
        fleet[honest.Slug].State.ShouldBe("done");
        fleet[honest.Slug].Version.ShouldBe("20260101000000");
        fleet[lost.Slug].State.ShouldBe("behind");
        fleet[lost.Slug].Error.ShouldBe("lacks 20260101000000_notes");
        fleet[edited.Slug].State.ShouldBe("failed");
    }

    protected override async Task<Guid> ArrangeAsync()
    {
        await World.PopulateAsync();
        return await World.AddFleetAsync<FleetVerification>(new FleetRequest());
    }

    protected override async Task AssertDoneAsync(Operation operation)
    {
        var fleet = await World.FleetAsync("verification");
        fleet.ShouldNotBeEmpty();
        fleet.ShouldAllBe(t => t.State != "pending" && t.State != "running");
    }

}
