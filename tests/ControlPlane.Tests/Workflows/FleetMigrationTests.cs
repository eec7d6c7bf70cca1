using ControlPlane.Fleet;
using ControlPlane.Operations;
using ControlPlane.Servers;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tests.Workflows;

public sealed class FleetMigrationTests(WorkflowWorld world) : WorkflowContract<FleetMigration>(world)
{
    private static int releases;

    protected override async Task<Guid> ArrangeAsync()
    {
        await World.PopulateAsync();
        var version = $"2026020100{Interlocked.Increment(ref releases):0000}";
        await World.ReleaseAsync(version, $"create table change_{version} (id integer primary key);");
        return await World.AddFleetAsync<FleetMigration>(new FleetRequest());
    }

    protected override async Task AssertDoneAsync(Operation operation)
    {
        var head = World.Get<ApplicationSchema>().Head;
        var databases = await World.ReadAsync(db => db.Databases.Where(d => d.TenantId != null).Select(d => new { d.Name, d.SchemaVersion }).ToListAsync());
        databases.ShouldNotBeEmpty();
        foreach (var database in databases)
        {
            database.SchemaVersion.ShouldBe(head);
            (await World.OnServerAsync($"select pg_get_userbyid(relowner) from pg_class where relname = 'change_{head}'", database.Name)).ShouldBe($"o_{database.Name[2..]}");
            (await World.OnServerAsync("select count(*) = count(distinct version) and max(version) is not null from migrator.history", database.Name)).ShouldBe(true);
        }

        (await World.FleetAsync()).ShouldAllBe(t => t.State == "done");
    }
}
