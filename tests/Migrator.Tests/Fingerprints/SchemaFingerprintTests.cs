using Migrator.Fingerprints;
using Migrator.Tests.Support;

namespace Migrator.Tests.Fingerprints;

public sealed class SchemaFingerprintTests(OwnedDatabase database) : IClassFixture<OwnedDatabase>, IAsyncLifetime
{
    private const string Schema =
        """
        create type mood as enum ('good', 'bad');
        create domain short as text check (length(value) < 10);
        create table parent (id bigint generated always as identity primary key, name text not null default 'x', mood mood, label short);
        create table child (id serial primary key, parent bigint references parent, amount numeric(10,2) check (amount > 0), twice numeric generated always as (amount * 2) stored);
        create table parts (id int, at date) partition by range (at);
        create table parts_2026 partition of parts for values from ('2026-01-01') to ('2027-01-01');
        create index by_name on parent (lower(name)) where mood = 'good';
        create view good as select * from parent where mood = 'good';
        create materialized view counts as select count(*) from child;
        create function f(a int) returns int language sql as 'select a + 1';
        create function stamp() returns trigger language plpgsql as 'begin return new; end';
        create trigger stamp before insert on child for each row execute function stamp();
        alter table child enable row level security;
        create policy mine on child for select using (amount > 1);
        create statistics s on id, parent from child;
        """;

    public async Task InitializeAsync()
    {
        await database.ExecuteAsync("drop schema if exists other, migrator cascade");
        await FillAsync(database);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Two_tenants_with_the_same_schema_are_equal_whatever_their_roles_are_called()
    {
        await using var other = await OwnedDatabase.CreateAsync();
        await FillAsync(other);

        var mine = await ComputeAsync(database);
        var theirs = await ComputeAsync(other);

        SchemaDifference.Between(mine, theirs).ShouldBeEmpty();
        mine.Hash.ShouldBe(theirs.Hash);
        mine.Objects.Count.ShouldBeGreaterThan(40);
        mine.Objects.ShouldAllBe(o => !o.Definition.Contains(database.Name));
    }

    [Theory]
    [InlineData("alter table parent add column extra int", "+ column public.parent.extra")]
    [InlineData("drop view good", "- view public.good")]
    [InlineData("alter table parent alter name drop not null", "~ column public.parent.name")]
    [InlineData("alter table parent alter name set default 'y'", "~ column public.parent.name")]
    [InlineData("drop view good; alter table parent alter name type varchar(50)", "~ column public.parent.name")]
    [InlineData("alter table child add constraint c check (amount < 5) not valid", "+ constraint public.child.c")]
    [InlineData("drop index by_name; create index by_name on parent (name)", "~ index public.by_name")]
    [InlineData("create or replace function f(a int) returns int language sql as 'select a + 2'", "~ function public.f(integer)")]
    [InlineData("create or replace function f(a int) returns int language sql security definer as 'select a + 1'", "~ function public.f(integer)")]
    [InlineData("alter table child disable trigger stamp", "~ trigger public.child.stamp")]
    [InlineData("alter policy mine on child using (true)", "~ policy public.child.mine")]
    [InlineData("alter table child force row level security", "~ table public.child")]
    [InlineData("grant insert on parent to public", "~ relation privileges public.parent")]
    [InlineData("grant update (name) on parent to public", "+ column privileges public.parent.name")]
    [InlineData("alter default privileges in schema public grant select on tables to public", "+ default privileges tables in public by {owner}")]
    [InlineData("alter type mood add value 'soso'", "~ type public.mood")]
    [InlineData("alter domain short set default 'a'", "~ type public.short")]
    [InlineData("alter sequence child_id_seq increment 2", "~ sequence public.child_id_seq")]
    [InlineData("alter table parts detach partition parts_2026", "~ table public.parts_2026")]
    [InlineData("create schema other", "+ schema privileges other")]
    [InlineData("create rule r as on delete to parent do instead nothing", "+ rule public.parent.r")]
    [InlineData("drop statistics s", "- statistics public.s")]
    [InlineData("refresh materialized view counts; analyze; insert into parent (name) values ('a')", "")]
    [InlineData("create schema migrator; create table migrator.history (id int)", "")]
    public async Task Every_change_of_the_schema_shows_and_nothing_else_does(string change, string shows)
    {
        var before = await ComputeAsync(database);
        await (change.StartsWith("create schema", StringComparison.Ordinal) ? database.ExecuteAsync(change) : database.ExecuteAsOwnerAsync(change));
        var after = await ComputeAsync(database);

        if (shows.Length == 0)
        {
            SchemaDifference.Between(before, after).ShouldBeEmpty();
            after.Hash.ShouldBe(before.Hash);
        }
        else
        {
            SchemaDifference.Between(before, after).ShouldContain(d => d.ToString().StartsWith(shows));
            after.Hash.ShouldNotBe(before.Hash);
        }
    }

    [Fact]
    public async Task The_search_path_neither_matters_nor_changes()
    {
        var expected = await ComputeAsync(database);
        await using var connection = await database.Database.OpenAsync();
        await using var set = new Npgsql.NpgsqlCommand("set search_path = 'nothing'", connection);
        await set.ExecuteNonQueryAsync();
        var actual = await SchemaFingerprint.ComputeAsync(connection, new TenantRoles(Login: database.Login));
        await using var show = new Npgsql.NpgsqlCommand("show search_path", connection);
        (await show.ExecuteScalarAsync()).ShouldBe("nothing");
        actual.Hash.ShouldBe(expected.Hash);
    }

    private static async Task FillAsync(OwnedDatabase database)
    {
        await database.ExecuteAsync($"drop schema public cascade; create schema public authorization {database.Owner}");
        await database.ExecuteAsOwnerAsync($"{Schema} grant select on parent to {database.Login}");
    }

    private static async Task<SchemaFingerprint> ComputeAsync(OwnedDatabase database)
    {
        await using var connection = await database.Database.OpenAsync();
        return await SchemaFingerprint.ComputeAsync(connection, new TenantRoles(Login: database.Login));
    }
}
