using Npgsql;
using Support;

namespace Provisioner.Tests.Moves;

/// <summary>What logical replication cannot carry, carried by a dump.</summary>
public sealed class DumpedRowsTests(MoveWorld world) : IClassFixture<MoveWorld>
{
    private const string Schema =
        """
        create table contacts (id int generated always as identity primary key, name text not null, twice text generated always as (name || name) stored);
        create table notes (text text);
        create unlogged table cache (id int primary key, value text);
        create table seen (what text not null);
        create sequence invoices;
        create materialized view loud as select upper(name) as name from contacts;
        create table deals (id int primary key, contact int references contacts);
        create index deals_contact on deals (contact);
        create function watch() returns trigger language plpgsql as $$ begin insert into public.seen values (new.name); return new; end $$;
        create trigger watch after insert on contacts for each row execute function watch();
        alter table contacts enable always trigger watch;
        alter table deals enable row level security;
        create policy all_of_them on deals using (true) with check (true);
        """;

    private const string Rows =
        """
        insert into contacts (name) select 'contact ' || n from generate_series(1, 500) n;
        insert into notes values ('a'), ('a'), (null), (E'tab\t\\. \\N \n.');
        insert into cache values (1, 'hot');
        insert into deals select n, n from generate_series(1, 100) n;
        select nextval('invoices');
        """;

    [Fact]
    public async Task Large_objects_unlogged_rows_and_what_triggers_did_arrive_once_and_are_equal()
    {
        await using var tenant = await DumpedTenant.CreateAsync(world, Schema);
        await Sql.ExecuteAsync(tenant.Before, Rows);
        var made = (uint)(await Sql.ScalarAsync(tenant.Before, "select lo_from_bytea(0, decode(repeat('00ff5c27', 3000), 'hex'))"))!;
        await tenant.Tenant.AsOwnerAsync("select lo_from_bytea(4711, 'of the owner'); grant select on large object 4711 to " + $"\"{tenant.Tenant.From.Name.Login}\"");
        await tenant.RestAsync();
        await tenant.MakeTargetAsync();

        await tenant.CopyAsync();

        var report = await tenant.CompareAsync();
        report.Differences.ShouldBeEmpty();
        report.NotComparable.ShouldBeEmpty();
        report.Rows.ShouldBe(500 + 4 + 1 + 500 + 100);
        await tenant.OpenAsync(tenant.Tenant.To);
        (await Sql.ScalarAsync(tenant.After, "select value from cache")).ShouldBe("hot");
        (await Sql.ScalarAsync(tenant.After, "select relpersistence::text from pg_class where relname = 'cache'")).ShouldBe("u");
        (await Sql.ScalarAsync(tenant.After, $"select md5(lo_get({made})) = md5(decode(repeat('00ff5c27', 3000), 'hex'))")).ShouldBe(true);
        (await Sql.ScalarAsync(tenant.After, "select convert_from(lo_get(4711), 'utf8')")).ShouldBe("of the owner");
        (await Sql.ScalarAsync(tenant.After, $"select lo_unlink({made})")).ShouldBe(1, "what the application made it may delete");
        (await Sql.ScalarAsync(tenant.After, "select tgenabled::text from pg_trigger where tgname = 'watch'")).ShouldBe("A");
        (await Sql.ScalarAsync(tenant.After, "insert into contacts (name) values ('one more') returning id || twice")).ShouldBe("501one moreone more");
        (await Sql.ScalarAsync(tenant.After, "select count(*) from seen")).ShouldBe(501L);
        (await Sql.ScalarAsync(tenant.After, "select nextval('invoices')")).ShouldBe(2L);
        (await Sql.ScalarAsync(tenant.After, "select count(*) from loud")).ShouldBe(500L);
        await Should.ThrowAsync<PostgresException>(() => Sql.ExecuteAsync(tenant.After, "insert into deals values (1000, 9999)"));
    }

    [Fact]
    public async Task The_tenant_gets_in_nowhere_while_it_rests()
    {
        await using var tenant = await DumpedTenant.CreateAsync(world, Schema);
        await using var inside = new NpgsqlConnection(tenant.Before);
        await inside.OpenAsync();

        await tenant.RestAsync();
        await tenant.MakeTargetAsync();
        await tenant.CopyAsync();

        await using var command = new NpgsqlCommand("select 1", inside);
        await Should.ThrowAsync<NpgsqlException>(() => command.ExecuteScalarAsync());
        await Should.ThrowAsync<PostgresException>(() => Sql.ExecuteAsync(tenant.Before, "select 1"));
        await Should.ThrowAsync<PostgresException>(() => Sql.ExecuteAsync(tenant.After, "select 1"));
    }

    [Fact]
    public async Task Copied_again_nothing_is_there_twice()
    {
        await using var tenant = await DumpedTenant.CreateAsync(world, Schema);
        await Sql.ExecuteAsync(tenant.Before, Rows + "select lo_from_bytea(0, 'large')");
        await tenant.RestAsync();
        await tenant.MakeTargetAsync();
        await tenant.CopyAsync();

        await tenant.CopyAsync(epoch: 2);

        (await tenant.CompareAsync(epoch: 2)).AreEqual.ShouldBeTrue();
    }

    [Fact]
    public async Task A_row_that_cannot_be_written_leaves_none_there_and_the_old_place_as_it_was()
    {
        await using var tenant = await DumpedTenant.CreateAsync(world, Schema + "create function fits(text) returns bool language plpgsql immutable as $$ begin return $1 = 'fits' or pg_is_in_recovery(); end $$;");
        await Sql.ExecuteAsync(tenant.Before, Rows + "select lo_from_bytea(0, 'large')");

        // It was checked by other rules when it was written.
        await tenant.Tenant.AsOwnerAsync("create table picky (text text check (public.fits(text))); insert into picky values ('fits'); create or replace function fits(text) returns bool language sql immutable as 'select false'");
        await tenant.RestAsync();
        await tenant.MakeTargetAsync();

        var failure = await Should.ThrowAsync<ProvisioningException>(() => tenant.CopyAsync());

        failure.Message.ShouldContain("picky");
        (await Sql.ScalarAsync(tenant.Tenant.AdminAfter, "select (select count(*) from contacts) + (select count(*) from cache) + (select count(*) from pg_largeobject_metadata)")).ShouldBe(0L);
        await tenant.OpenAsync(tenant.Tenant.From);
        (await Sql.ScalarAsync(tenant.Before, "insert into contacts (name) values ('still here') returning id")).ShouldBe(501);
    }

    [Fact]
    public async Task What_came_in_since_it_was_copied_is_seen()
    {
        await using var tenant = await DumpedTenant.CreateAsync(world, Schema);
        await Sql.ExecuteAsync(tenant.Before, Rows);
        await tenant.RestAsync();
        await tenant.MakeTargetAsync();
        await tenant.CopyAsync();
        await tenant.Tenant.AsOwnerAsync("insert into public.notes values ('by a migration'); update public.cache set value = 'cold'");

        var report = await tenant.CompareAsync();

        report.Differences.Select(d => d.Table).ShouldBe(["public.cache", "public.notes"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_worker_that_was_replaced_lets_nobody_in()
    {
        await using var tenant = await DumpedTenant.CreateAsync(world, Schema);
        await tenant.RestAsync(epoch: 2);

        await Should.ThrowAsync<Provisioner.Moves.StaleMoverException>(() => tenant.Tenant.From.AdmitOwnerAsync(tenant.Tenant.Worker(1), default));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_copy_that_was_cut_off_on_either_side_leaves_nothing_and_is_done_again(bool atSource)
    {
        await using var tenant = await DumpedTenant.CreateAsync(world, Schema);
        await Sql.ExecuteAsync(tenant.Before, "insert into contacts (name) values ('Ada'); insert into notes select repeat(md5(n::text), 100) from generate_series(1, 50000) n");
        await tenant.RestAsync();
        await tenant.MakeTargetAsync();
        var copying = tenant.CopyAsync();
        var (cluster, database) = atSource ? (world.SourceCluster, tenant.Tenant.From.Name.Database) : (world.TargetCluster, tenant.Tenant.To.Name.Database);
        await Eventually.Async(
            async () => copying.IsCompleted || await Sql.ScalarAsync(
                cluster.ConnectionString,
                $"select count(*) from (select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database}' and query like 'COPY public.notes%') t") is > 0L,
            TimeSpan.FromSeconds(30),
            "rows are on their way");
        (await Should.ThrowAsync<ProvisioningException>(() => copying)).Message.ShouldContain(atSource ? "pg_dump left" : "psql left");
        (await Sql.ScalarAsync(tenant.Tenant.AdminAfter, "select (select count(*) from contacts) + (select count(*) from notes)")).ShouldBe(0L);

        await tenant.CopyAsync(epoch: 2);

        (await tenant.CompareAsync(epoch: 2)).AreEqual.ShouldBeTrue();
    }
}
