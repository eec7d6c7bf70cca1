using Provisioner.Postgres;
using Support;

namespace Provisioner.Tests.Postgres;

/// <summary>
/// Functions, triggers and look-alikes planted in a tenant's database, as by a restored dump. Each notes who ran it and tries to
/// make the tenant's login a superuser. They must be run, and gain nothing.
/// </summary>
public sealed class PlantedCodeTests(TenantWorld world) : IClassFixture<TenantWorld>, IDisposable
{
    private readonly string dump = Path.Combine(ThrowawayFolder.Path, $"{Guid.CreateVersion7():N}.dump");

    [Fact]
    public async Task Planted_code_gains_nothing_from_grants_dumps_and_restores()
    {
        var (name, _) = await world.CreateTenantAsync();
        await Sql.ExecuteAsync(await world.OwnerAsync(name), Trap(name, world.AdminRole));

        await world.Server.GrantAccessAsync(name, world.Template, default);
        await world.Server.DumpAsync(name, dump, default);
        var (copy, password) = (world.NewName(), LoginPassword.Generate());
        await world.Server.CreateRolesAsync(copy, password, new TenantRoleLimits(), default);
        await world.Server.CreateDatabaseAsync(copy, TemplateName.Empty, tenant: null, default);
        await world.Server.RestoreAsync(copy, dump, default);
        await world.Server.GrantAccessAsync(copy, TemplateName.Empty, default);

        (await Sql.ScalarAsync(world.AdminIn(copy.Database), "select count(*) from loot where moment = 'check'")).ShouldBe(2L, "the trap was sprung at home and in the restore");
        (await Sql.ScalarAsync(world.AdminIn(copy.Database), "select count(*) from loot where moment = 'index'")).ShouldNotBe(0L);
        foreach (var database in new[] { name.Database, copy.Database })
        {
            (await Sql.ScalarAsync(world.AdminIn(database), "select string_agg(distinct session_role, ',') from loot where is_superuser")).ShouldBe(DBNull.Value);
            // The restored one also holds what was noted at home.
            ((string)(await Sql.ScalarAsync(world.AdminIn(database), "select string_agg(distinct session_role, ',') from loot"))!).Split(',').ShouldBeSubsetOf([name.Owner, copy.Owner]);
        }

        (await world.Server.ListAsync(default)).Roles.ShouldNotContain(r => r.IsPrivileged && (r.Name == name.Login || r.Name == copy.Login));
    }

    /// <summary>Of a session whose user is a superuser, SET ROLE would be no protection; this shows that the trap can catch one.</summary>
    [Fact]
    public async Task The_trap_would_catch_a_superuser_who_only_set_the_role()
    {
        var (name, _) = await world.CreateTenantAsync();
        await Sql.ExecuteAsync(await world.OwnerAsync(name), Trap(name, world.AdminRole));

        await Sql.ExecuteAsync(world.AdminIn(name.Database), $"set role \"{name.Owner}\"; insert into victim values (2)");

        (await Sql.ScalarAsync(world.Admin, $"select rolsuper from pg_roles where rolname = '{name.Login}'")).ShouldBe(true);
    }

    public void Dispose() => File.Delete(dump);

    private static string Trap(TenantDatabaseName name, string admin) =>
        $"""
        create table loot (moment text, session_role text, is_superuser bool);
        create function spring(moment text) returns bool language plpgsql as $$
        begin
          begin
            reset role;
            execute 'alter role "{name.Login}" superuser';
          exception when others then null;
          end;
          begin
            set role {admin};
            execute 'alter role "{name.Login}" superuser';
          exception when others then null;
          end;
          execute 'insert into public.loot select $1, session_user, rolsuper from pg_catalog.pg_roles where rolname = session_user' using moment;
          return true;
        end $$;
        create function indexed(id int) returns bool language plpgsql immutable as $$ begin return public.spring('index'); end $$;
        create function public.format(text, variadic text[]) returns text language sql as 'select public.spring($1)::text';
        create function public.quote_ident(name) returns text language sql as 'select public.spring(''quote'')::text';
        create table victim (id int check (public.spring('check')));
        create index on victim (public.indexed(id));
        insert into victim values (1);
        """;
}
