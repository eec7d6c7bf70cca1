using TenantRuntime.Routes;
using TenantRuntime.Tests.World;

namespace TenantRuntime.Tests.Connections;

/// <summary>Types of the application's own: an opt-in, since loading them costs each connection some milliseconds.</summary>
public sealed class TypeLoadingTests(TenantWorld world) : IClassFixture<TenantWorld>
{
    private const string Types = "create type mood as enum ('good', 'bad'); create type place as (street text, number integer)";

    private enum Mood
    {
        Good,
        Bad,
    }

    [Fact]
    public async Task Enums_and_composites_are_read_in_every_tenants_database_where_an_application_asks_for_it()
    {
        Route[] routes = [await world.AddTenantAsync("types-1", Types), await world.AddTenantAsync("types-2", $"create table other (id integer); {Types}")];
        using var pools = new PoolWorld(o =>
        {
            o.LoadTypes = true;
            o.Configure = source =>
            {
                source.MapEnum<Mood>("mood");
                source.MapComposite<Place>("place");
            };
        });

        foreach (var tenant in routes.Select(PoolWorld.Serve))
        {
            (await pools.UseAsync(tenant, "select 'bad'::mood")).ShouldBe(Mood.Bad);
            (await pools.UseAsync(tenant, "select row('Main St', 7)::place")).ShouldBeOfType<Place>().ShouldSatisfyAllConditions(p => p.Street.ShouldBe("Main St"), p => p.Number.ShouldBe(7));
        }
    }

    [Fact]
    public async Task Without_it_they_are_unknown_and_everything_else_is_read()
    {
        var tenant = PoolWorld.Serve(await world.AddTenantAsync("types-3", Types));
        using var pools = new PoolWorld(_ => { });

        (await pools.UseAsync(tenant, "select 'bad'::mood::text")).ShouldBe("bad");
        (await pools.UseAsync(tenant, "select array[1, 2]")).ShouldBe(new[] { 1, 2 });
        await Should.ThrowAsync<InvalidCastException>(() => pools.UseAsync(tenant, "select 'bad'::mood"));
    }

    private sealed class Place
    {
        public string Street { get; set; } = "";

        public int Number { get; set; }
    }
}
