namespace Provisioner.Tests.Moves;

/// <summary>What arrives on the other server, and what comes back.</summary>
public sealed class MovedRowsTests(MoveWorld world) : IClassFixture<MoveWorld>
{
    internal const string Schema =
        """
        create table contacts (id int generated always as identity primary key, name text not null);
        create table notes (text text);
        create table tags (code text not null unique, label text);
        create sequence invoices;
        create sequence fresh start 500;
        create type mood as enum ('good', 'bad');
        create table moods (id int primary key, mood mood, twice int generated always as (id * 2) stored);
        create table events (day date not null, what text, primary key (day, what)) partition by range (day);
        create table events_2026 partition of events for values from ('2026-01-01') to ('2027-01-01');
        create materialized view loud as select upper(name) as name from contacts;
        create materialized view louder as select name || '!' as name from loud;
        create table deals (id int primary key, contact int references contacts);
        create index deals_contact on deals (contact);
        create function shout() returns trigger language plpgsql as $$ begin new.name := new.name || '.'; return new; end $$;
        create trigger shout before insert on contacts for each row execute function shout();
        alter table tags enable row level security;
        create policy all_of_them on tags using (true) with check (true);
        """;

    [Fact]
    public async Task Everything_arrives_and_the_tenant_goes_on_there()
    {
        await using var tenant = await world.CreateAsync(Schema);
        await Sql.ExecuteAsync(tenant.Before, "insert into contacts (name) values ('Ada'); insert into notes values ('a'), ('a'), (null); insert into tags values ('x', 'X'); select nextval('invoices')");
        await Sql.ExecuteAsync(tenant.AdminBefore, "refresh materialized view loud; refresh materialized view louder");
        await tenant.PrepareAsync();
        await Sql.ExecuteAsync(
            tenant.Before,
            """
            insert into contacts (name) values ('Bob'); update tags set label = 'Y'; delete from notes where text is null; update notes set text = 'b' where ctid = (select min(ctid) from notes);
            insert into moods values (1, 'good'); insert into events values ('2026-05-05', 'party'); insert into deals values (1, 2); select nextval('invoices')
            """);

        await tenant.CutAsync();

        (await Sql.ScalarAsync(tenant.After, "select string_agg(id || name, ',' order by id) from contacts")).ShouldBe("1Ada.,2Bob.");
        (await Sql.ScalarAsync(tenant.After, "select string_agg(text, ',' order by text) from notes")).ShouldBe("a,b");
        (await Sql.ScalarAsync(tenant.After, "select code || label from tags")).ShouldBe("xY");
        (await Sql.ScalarAsync(tenant.After, "select mood::text || twice from moods")).ShouldBe("good2");
        (await Sql.ScalarAsync(tenant.After, "select what from events_2026")).ShouldBe("party");
        (await Sql.ScalarAsync(tenant.After, "select string_agg(name, ',' order by name) from louder")).ShouldBe("ADA.!", "as it was refreshed last");
        (await Sql.ScalarAsync(tenant.After, "select nextval('invoices')")).ShouldBe(3L);
        (await Sql.ScalarAsync(tenant.After, "select nextval('fresh')")).ShouldBe(500L);
        (await Sql.ScalarAsync(tenant.After, "insert into contacts (name) values ('Cyd') returning id || name")).ShouldBe("3Cyd.");
        await Should.ThrowAsync<Npgsql.PostgresException>(() => Sql.ExecuteAsync(tenant.After, "insert into deals values (2, 99)"));
    }

    [Fact]
    public async Task Nobody_gets_in_at_the_old_place_once_it_is_shut()
    {
        await using var tenant = await world.CreateAsync(Schema);
        await tenant.PrepareAsync();
        await using var inside = new Npgsql.NpgsqlConnection(tenant.Before);
        await inside.OpenAsync();

        await tenant.CutAsync();

        await using var command = new Npgsql.NpgsqlCommand("select 1", inside);
        await Should.ThrowAsync<Npgsql.NpgsqlException>(() => command.ExecuteScalarAsync());
        await Should.ThrowAsync<Npgsql.PostgresException>(() => Sql.ExecuteAsync(tenant.Before, "select 1"));
    }

    [Fact]
    public async Task Whoever_is_still_in_is_waited_for_no_longer_than_is_given_and_not_ended()
    {
        await using var tenant = await world.CreateAsync(Schema);
        var inside = new Npgsql.NpgsqlConnection(tenant.Before + ";Pooling=false");
        await inside.OpenAsync();

        await tenant.From.AwaitQuietAsync(TimeSpan.FromMilliseconds(20), default);
        (await new Npgsql.NpgsqlCommand("select 1", inside).ExecuteScalarAsync()).ShouldBe(1);

        var quiet = tenant.From.AwaitQuietAsync(TimeSpan.FromMinutes(10), default);
        await inside.DisposeAsync();
        await quiet.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task What_is_written_there_comes_back_and_nothing_twice()
    {
        await using var tenant = await world.CreateAsync(Schema);
        await Sql.ExecuteAsync(tenant.Before, "insert into contacts (name) values ('Ada'); insert into notes values ('a')");
        await tenant.PrepareAsync();
        await Sql.ExecuteAsync(tenant.Before, "insert into notes values ('b')");
        await tenant.CutAsync();
        await tenant.TurnAroundAsync();
        await Sql.ExecuteAsync(tenant.After, "insert into contacts (name) values ('Bob'); insert into notes values ('c'); select nextval('invoices')");

        var marker = Guid.CreateVersion7();
        await tenant.To.ShutAsync(marker, tenant.Worker(2), TimeSpan.FromSeconds(5), default);
        await tenant.From.SettleAsync(marker, tenant.Worker(2), TimeSpan.FromSeconds(5), default);

        (await Sql.ScalarAsync(tenant.Before, "select string_agg(id || name, ',' order by id) from contacts")).ShouldBe("1Ada.,2Bob.");
        (await Sql.ScalarAsync(tenant.Before, "select string_agg(text, ',' order by text) from notes")).ShouldBe("a,b,c");
        (await Sql.ScalarAsync(tenant.Before, "select nextval('invoices')")).ShouldBe(2L);
    }

    [Fact]
    public async Task A_cut_that_was_given_up_leaves_the_tenant_where_it_was()
    {
        await using var tenant = await world.CreateAsync(Schema);
        await tenant.PrepareAsync();
        await tenant.From.ShutAsync(Guid.CreateVersion7(), tenant.Worker(1), TimeSpan.FromSeconds(5), default);

        await tenant.From.OpenAsync(tenant.Worker(1), default);
        await Sql.ExecuteAsync(tenant.Before, "insert into notes values ('still here')");
        await tenant.CutAsync();

        (await Sql.ScalarAsync(tenant.After, "select text from notes")).ShouldBe("still here");
    }

    [Fact]
    public async Task A_worker_that_was_replaced_changes_nothing()
    {
        await using var tenant = await world.CreateAsync(Schema);
        await tenant.PrepareAsync();
        var stale = Guid.CreateVersion7();
        await tenant.From.ShutAsync(stale, tenant.Worker(1), TimeSpan.FromSeconds(5), default);
        await tenant.From.OpenAsync(tenant.Worker(2), default);

        await Should.ThrowAsync<Provisioner.Moves.StaleMoverException>(() => tenant.From.ShutAsync(Guid.CreateVersion7(), tenant.Worker(1), TimeSpan.FromSeconds(1), default));
        await Sql.ExecuteAsync(tenant.Before, "insert into notes values ('still here')");
        await tenant.CutAsync(epoch: 3);

        await Should.ThrowAsync<TimeoutException>(() => tenant.To.SettleAsync(stale, tenant.Worker(1), TimeSpan.FromMilliseconds(100), default));
    }

    [Fact]
    public async Task Nothing_of_a_move_is_left_in_the_end()
    {
        var tenant = await world.CreateAsync(Schema);
        await tenant.PrepareAsync();
        await tenant.CutAsync();
        await tenant.TurnAroundAsync();

        await tenant.DisposeAsync();

        foreach (var cluster in new[] { world.SourceCluster, world.TargetCluster })
        {
            (await Sql.ScalarAsync(cluster.ConnectionString, $"select count(*) from pg_replication_slots where slot_name in ('{tenant.Names.Forth}', '{tenant.Names.Back}')")).ShouldBe(0L);
            (await Sql.ScalarAsync(cluster.ConnectionString, $"select count(*) from pg_roles where rolname = '{tenant.Names.Role}'")).ShouldBe(0L);
            (await Sql.ScalarAsync(cluster.ConnectionString, $"select count(*) from pg_subscription where subname in ('{tenant.Names.Forth}', '{tenant.Names.Back}')")).ShouldBe(0L);
        }
    }
}
