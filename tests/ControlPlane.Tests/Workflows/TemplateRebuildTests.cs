using ControlPlane.Fleet;
using ControlPlane.Operations;
using ControlPlane.Servers;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tests.Workflows;

/// <summary>Templates come when there is a newer schema, and go when nobody has theirs any more.</summary>
public sealed class TemplateRebuildTests(WorkflowWorld world) : WorkflowContract<TemplateRebuild>(world)
{
    private static int releases;

    [Fact]
    public async Task An_old_template_is_dropped_when_nobody_has_its_schema_and_nobody_who_began_with_it_is_left()
    {
        var tenant = await World.OnboardAsync();
        var old = await World.ReadAsync(db => db.Templates.OrderByDescending(t => t.CreatedAt).FirstAsync());
        var begun = await World.NewTenantAsync();
        var onboarding = await World.AddAsync<ControlPlane.Tenants.Onboarding.TenantOnboarding>(begun.Id, begun.Slug, new { });
        await ReleaseAsync();
        (await World.GoAsync<TemplateRebuild>(new FleetRequest())).State.ShouldBe(OperationState.Done);

        await World.ExecuteAsync($"update operations set created_at = created_at + interval '1 day' where id = '{onboarding}'");
        await TidyAsync();
        (await IsThereAsync(old.Database)).ShouldBe(true, "a tenant has its schema");
        await World.ExecuteAsync($"update operations set created_at = created_at - interval '1 day' where id = '{onboarding}'");

        (await World.GoAsync<FleetMigration>(new FleetRequest())).State.ShouldBe(OperationState.Done);
        await TidyAsync();
        (await IsThereAsync(old.Database)).ShouldBe(true, "an operation may have begun with it");

        (await World.RunAsync(onboarding)).State.ShouldBe(OperationState.Done);
        await TidyAsync();

        (await IsThereAsync(old.Database)).ShouldBe(false);
        (await World.OnServerAsync($"select count(*) from pg_roles where rolname = 'o_{old.Database}'")).ShouldBe(0L);
        var left = await World.ReadAsync(db => db.Templates.ToListAsync());
        left.ShouldAllBe(t => t.SchemaVersion == World.Get<ApplicationSchema>().Head);
        (await World.LookAsync()).ShouldBeEmpty();
        (await World.OnboardAsync()).Id.ShouldNotBe(tenant.Id);
    }

    [Fact]
    public async Task An_older_control_plane_drops_no_template_of_a_newer_one()
    {
        await World.OnboardAsync();
        var template = await World.ReadAsync(db => db.Templates.OrderBy(t => t.CreatedAt).LastAsync());
        await World.ExecuteAsync($"update templates set schema_version = '99990101000000', created_at = created_at - interval '1 day' where id = '{template.Id}'");
        (await World.GoAsync<TemplateRebuild>(new FleetRequest())).State.ShouldBe(OperationState.Done);

        await TidyAsync();

        (await World.ReadAsync(db => db.Templates.AnyAsync(t => t.Id == template.Id))).ShouldBeTrue();
        await World.ExecuteAsync($"delete from templates where id = '{template.Id}'");
    }

    protected override async Task<Guid> ArrangeAsync()
    {
        await ReleaseAsync();
        return await World.AddFleetAsync<TemplateRebuild>(new FleetRequest());
    }

    protected override async Task AssertDoneAsync(Operation operation)
    {
        var built = await World.ReadAsync(db => db.Templates.SingleAsync(t => t.SchemaVersion == World.Get<ApplicationSchema>().Head));
        (await IsThereAsync(built.Database)).ShouldBe(true);
    }

    private Task ReleaseAsync()
    {
        var version = $"2026020100{Interlocked.Increment(ref releases):0000}";
        return World.ReleaseAsync(version, $"create table change_{version} (id integer primary key);");
    }

    private Task TidyAsync() => World.Get<IEnumerable<Chore>>().OfType<DropOldTemplates>().Single().RunAsync(CancellationToken.None);

    private Task<object?> IsThereAsync(string database) => World.OnServerAsync($"select exists (select from pg_database where datname = '{database}')");
}
