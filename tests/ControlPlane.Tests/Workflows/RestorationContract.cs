using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Tenants.Restoration;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tests.Workflows;

/// <summary>Restoration holds its contract wherever the rows come from.</summary>
public abstract class RestorationContract(WorkflowWorld world, bool fromDump) : WorkflowContract<TenantRestoration>(world)
{
    protected override async Task<Guid> ArrangeAsync()
    {
        var tenant = await World.OnboardAsync();
        var database = await World.DatabaseOfAsync(tenant.Id);
        await World.OnServerAsync("insert into notes (text) values ('precious')", database);
        await World.DeleteAsync(tenant);
        if (fromDump)
        {
            // What comes back can then only have come from the dump.
            await World.OnServerAsync("delete from notes", database);
        }

        return await World.AddAsync<TenantRestoration>(tenant.Id, tenant.Slug, new TenantRestoration.Request(fromDump));
    }

    protected override async Task AssertDoneAsync(Operation operation)
    {
        var tenant = await World.TenantAsync(operation.SubjectId);
        tenant.State.ShouldBe(TenantState.Active);
        tenant.LastDump.ShouldBeNull();
        (await World.OnServerAsync("select text from notes", await World.DatabaseOfAsync(tenant.Id))).ShouldBe("precious");
        (await World.ReadAsync(db => db.Databases.CountAsync(d => d.TenantId == tenant.Id))).ShouldBe(1);
    }
}

/// <summary>With the database as it was.</summary>
public sealed class PlainRestorationTests(WorkflowWorld world) : RestorationContract(world, fromDump: false);

/// <summary>From the last dump, into a new database.</summary>
public sealed class DumpRestorationTests(WorkflowWorld world) : RestorationContract(world, fromDump: true);
