using ControlPlane.Fleet;
using ControlPlane.Operations;
using ControlPlane.Servers;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tests.Workflows;

/// <summary>Who comes first when a migration goes over the fleet.</summary>
public sealed class FleetOrderTests(WorkflowWorld world) : IClassFixture<WorkflowWorld>, IAsyncLifetime
{
    private const int Tenants = 6;
    private static int releases;

    private List<string> slugs = [];

    public async Task InitializeAsync()
    {
        while ((await world.VersionsAsync()).Count < Tenants)
        {
            await world.OnboardAsync();
        }

        slugs = await world.ReadAsync(db => db.Tenants.OrderBy(t => t.Id).Select(t => t.Slug).ToListAsync());
        await world.ReleaseAsync($"2026020100{Interlocked.Increment(ref releases):0000}", "create unique index same on notes (text) where text = 'same'; drop index same; select pg_sleep(0.1);");
    }

    public async Task DisposeAsync()
    {
        foreach (var database in await world.ReadAsync(db => db.Databases.Select(d => d.Name).ToListAsync()))
        {
            await world.OnServerAsync("delete from notes", database);
        }

        await world.ExecuteAsync("update tenants set ring = 1; update tenant_databases set bytes = null");
        (await world.GoAsync<FleetMigration>(new FleetRequest())).State.ShouldBe(OperationState.Done);
    }

    [Fact]
    public async Task The_lowest_ring_goes_first_and_the_others_wait_until_it_went_well()
    {
        await world.ExecuteAsync($"update tenants set ring = 0 where slug in ('{slugs[3]}', '{slugs[5]}'); update tenants set ring = 2 where slug = '{slugs[0]}'");
        await PoisonAsync(slugs[5]);

        var stopped = await world.GoAsync<FleetMigration>(new FleetRequest(Parallel: 1));

        stopped.Error.ShouldNotBeNull().ShouldContain($"{slugs[5]} is one of the canaries and failed");
        (await world.FleetAsync()).Where(t => t.State != "pending").Select(t => t.Tenant).ShouldBe([slugs[3], slugs[5]], ignoreOrder: true);
    }

    [Fact]
    public async Task In_one_ring_the_smallest_are_the_canaries_and_then_the_largest_come_first()
    {
        for (var i = 0; i < Tenants; i++)
        {
            await world.ExecuteAsync($"update tenant_databases set bytes = {(i + 1) * 1000} where tenant_id = (select id from tenants where slug = '{slugs[i]}')");
        }

        (await world.GoAsync<FleetMigration>(new FleetRequest(Parallel: 1))).State.ShouldBe(OperationState.Done);

        (await OrderAsync()).ShouldBe([slugs[2], slugs[1], slugs[0], slugs[5], slugs[4], slugs[3]]);
    }

    [Fact]
    public async Task A_budget_that_was_asked_for_counts_canaries_like_all_others()
    {
        await world.ExecuteAsync($"update tenants set ring = 0 where slug = '{slugs[2]}'");
        await PoisonAsync(slugs[2]);

        var ended = await world.GoAsync<FleetMigration>(new FleetRequest(Parallel: 1, MaxFailures: "1"));

        ended.Error.ShouldNotBeNull().ShouldContain("5 done, 1 failed");
        (await OrderAsync())[0].ShouldBe(slugs[2]);
    }

    [Fact]
    public async Task Only_the_rings_that_were_asked_for_are_migrated()
    {
        await world.ExecuteAsync($"update tenants set ring = 0 where slug = '{slugs[1]}'; update tenants set ring = 2 where slug = '{slugs[4]}'");

        (await world.GoAsync<FleetMigration>(new FleetRequest(Rings: [0, 2]))).State.ShouldBe(OperationState.Done);

        (await world.FleetAsync()).Select(t => t.Tenant).ShouldBe([slugs[1], slugs[4]]);
    }

    [Fact]
    public async Task Sizes_are_those_that_the_server_measured()
    {
        await world.Get<IEnumerable<Chore>>().OfType<MeasureServers>().Single().RunAsync(CancellationToken.None);

        var databases = await world.ReadAsync(db => db.Databases.Where(d => d.TenantId != null).Select(d => new { d.Name, d.Bytes }).ToListAsync());
        foreach (var database in databases)
        {
            database.Bytes.ShouldBe((long)(await world.OnServerAsync($"select pg_database_size('{database.Name}')"))!);
        }

        var megabytes = await world.ReadAsync(db => db.Servers.Select(s => s.DataMegabytes).SingleAsync());
        megabytes.ShouldNotBeNull().ShouldBeGreaterThan((int)(databases.Sum(d => d.Bytes!.Value) / 1_000_000));
    }

    private async Task PoisonAsync(string slug)
    {
        var tenant = await world.ReadAsync(db => db.Tenants.SingleAsync(t => t.Slug == slug));
        await world.OnServerAsync("insert into notes (text) values ('same'), ('same')", await world.DatabaseOfAsync(tenant.Id));
    }

    /// <summary>The tenants in the order in which their turn came.</summary>
    private Task<List<string>> OrderAsync() => world.ReadAsync(db => db.Database.SqlQuery<string>($"""
        select t.slug as "Value" from fleet_targets f join tenant_databases d on d.id = f.database_id join tenants t on t.id = d.tenant_id
        where f.work = 'migration' order by f.started_at, f.finished_at
        """).ToListAsync());
}
