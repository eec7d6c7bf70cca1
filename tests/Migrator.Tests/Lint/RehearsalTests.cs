using Migrator.Databases;
using Migrator.Lint;
using Migrator.Tests.Support;
using Npgsql;
using Support;

namespace Migrator.Tests.Lint;

/// <summary>Dangerous and harmless migrations made by hand, each rehearsed on the same schema.</summary>
public sealed class RehearsalTests(RehearsalTests.Template template) : IClassFixture<RehearsalTests.Template>, IDisposable
{
    private const string Base =
        """
        create type mood as enum ('good', 'bad');
        create table customers (id bigint generated always as identity primary key, email varchar(100) not null, name text, age int, mood mood default 'good', code text not null default 'x', country int);
        create table orders (id bigint generated always as identity primary key, customer bigint, amount int not null, at date not null default now());
        create table countries (id int primary key, name text not null);
        create table parts (id int, at date not null) partition by range (at);
        create table parts_old (id int, at date not null);
        create table checked (id int not null, a int, b int, constraint a_there check (a is not null), constraint open check (b > 0) not valid);
        create unique index checked_id on checked (id);
        create view adults as select id, name from customers where age >= 18;
        create materialized view counts as select count(*) as n from orders;
        create function price(amount int) returns int language sql immutable as 'select amount * 2';
        create index orders_at on orders (at);
        insert into customers (email, name, age) select 'c' || i, 'name', i % 90 from generate_series(1, 2000) i;
        insert into orders (customer, amount) select 1 + i % 2000, i from generate_series(1, 12000) i;
        insert into countries select i, 'land' from generate_series(1, 50) i;
        """;

    private readonly MigrationFolder folder = new();

    public static TheoryData<string, string> Dangerous => new()
    {
        { "alter table orders alter amount type bigint", "rewritten whole" },
        { "alter table customers alter email type varchar(20)", "rewritten whole" },
        { "alter table customers add column token float default random()", "rewritten whole" },
        { "alter table customers add column number bigserial", "rewritten whole" },
        { "alter table orders add column twice int generated always as (amount * 2) stored", "rewritten whole" },
        { "alter table orders set unlogged", "rewritten whole" },
        { "cluster orders using orders_at", "rewritten whole" },
        { "-- migrator:tx none\nvacuum full orders", "rewritten whole" },
        { "alter table customers alter name set not null", "SET NOT NULL, which trusts it" },
        { "create index by_email on customers (email)", "CREATE INDEX CONCURRENTLY" },
        { "create unique index by_email on customers (email)", "CREATE INDEX CONCURRENTLY" },
        { "reindex table orders", "REINDEX" },
        { "alter table orders add constraint who foreign key (customer) references customers", "foreign key NOT VALID" },
        { "alter table orders add constraint plus check (amount > 0)", "VALIDATE CONSTRAINT in the next file" },
        { "alter table customers add constraint one unique (email)", "USING INDEX" },
        { "alter table parts attach partition parts_old for values from ('2020-01-01') to ('2021-01-01')", "CHECK constraint of the same bounds" },
        { "alter table customers rename column name to full_name", "column customers.name is dropped or renamed" },
        { "alter table countries rename to lands", "table countries is dropped or renamed" },
        { "alter table customers drop column age cascade", "column customers.age is dropped or renamed" },
        { "drop view adults", "view adults is dropped or renamed" },
        { "drop function price(int)", "function price(integer) is dropped or renamed" },
        { "alter type mood rename value 'bad' to 'sad'", "value mood 'bad' is dropped or renamed" },
        { "truncate countries", "All rows of countries are removed" },
        { "alter table customers add column x int; alter table orders add column x int", "deadlock" },
        { "alter table parts add column must int not null", "must now give parts.must" },
        { "alter table customers alter code drop default", "must now give customers.code" },
        { "update orders set amount = amount + 1", "12000 rows of orders" },
        { "alter table customers add column y int; select pg_sleep(0.2)", "stays locked for" },
        { "refresh materialized view counts", "REFRESH MATERIALIZED VIEW CONCURRENTLY" },
        { "alter table customers add column z int not null", "It fails" },
    };

    public static TheoryData<string> Harmless => new()
    {
        "create table notes (id int primary key, customer bigint references customers)",
        "alter table customers add column nick text",
        "alter table customers add column level int not null default 1",
        "-- migrator:tx none\ncreate index concurrently by_email on customers (email)",
        "-- migrator:tx none\ndrop index concurrently orders_at",
        "alter table orders add constraint who foreign key (customer) references customers not valid",
        "alter table checked validate constraint open",
        "alter table orders add constraint plus check (amount > 0) not valid",
        "alter table checked alter a set not null",
        "alter table checked add constraint checked_pk primary key using index checked_id",
        "create view rich as select * from orders where amount > 100",
        "create or replace function price(amount int) returns int language sql immutable as 'select amount * 3'",
        "alter type mood add value 'soso'",
        "comment on table customers is 'people'",
        "grant select on customers to public",
        "insert into countries values (1000, 'new')",
        "update countries set name = 'renamed' where id = 7",
        "alter table customers alter email type varchar(200)",
        "create function stamp() returns trigger language plpgsql as 'begin return new; end'; create trigger stamp before insert on orders for each row execute function stamp()",
        "alter table customers alter name set default 'nobody'; alter table customers alter age set statistics 500",
        "alter table checked drop constraint open",
        "-- migrator:phase contract\nalter table customers drop column country",
    };

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Dangerous))]
    public async Task What_is_dangerous_is_found_with_the_safer_way(string sql, string says)
    {
        var report = await LintAsync(sql);
        report.Findings.ShouldNotBeEmpty();
        report.Findings.Select(finding => finding.ToString()).ShouldContain(finding => finding.Contains(says));
        report.Findings.ShouldAllBe(finding => finding.SaferWay.Length > 0 && finding.Allowed == null);
    }

    [Theory]
    [MemberData(nameof(Harmless))]
    public async Task What_is_harmless_is_not_reported(string sql) =>
        (await LintAsync(sql)).Findings.Select(finding => finding.ToString()).ShouldBeEmpty();

    [Fact]
    public async Task Locks_on_existing_tables_are_shown_and_allow_accepts_findings()
    {
        var report = await LintAsync("-- migrator:allow customers is small everywhere\nalter table customers alter name set not null");
        report.Findings.Single().Allowed.ShouldBe("customers is small everywhere");
        report.Findings.Single().Line.ShouldBe(2);
        report.Locks.Single().Table.ShouldBe("customers");
        report.Locks.Single().Mode.ShouldBe(LockMode.AccessExclusiveLock);
    }

    [Theory]
    [InlineData("drop table notes", 0)]
    [InlineData("select 1", 1)]
    public async Task A_down_script_must_restore_the_schema(string down, int findings)
    {
        folder.With("2_step.down.sql", down);
        (await LintAsync("create table notes (id int)")).Findings.Count.ShouldBe(findings);
    }

    [Fact]
    public async Task A_clone_of_a_database_is_rehearsed_on_and_nothing_is_left_behind()
    {
        var report = await LintAsync("create index by_email on customers (email)");

        report.Findings.Single().What.ShouldContain("customers is read whole under ShareLock");
        (await template.Database.ScalarAsync<long>("select count(*) from pg_database where datname like 'rehearsal%'")).ShouldBe(0);
        (await template.Database.ScalarAsync<long>("select count(*) from pg_roles where rolname like 'rehearsal%'")).ShouldBe(0);
        (await template.Database.ScalarAsync<bool>("select to_regclass('by_email') is null")).ShouldBeTrue();
        NpgsqlConnection.ClearAllPools();
    }

    private async Task<LintReport> LintAsync(string sql)
    {
        folder.With("1_base.sql", Base).With("2_step.sql", sql);
        return (await new Rehearsal(folder.Read(), new MigratorOptions()).RunAsync(await AdminAsync(), template.Database.Name, null, default)).Single();
    }

    [Fact]
    public async Task Without_a_template_it_begins_empty_and_every_migration_is_rehearsed()
    {
        folder.With("1_base.sql", Base).With("2_step.sql", "create index by_email on customers (email)");
        var reports = await new Rehearsal(folder.Read(), new MigratorOptions()).RunAsync(await AdminAsync(), null, null, default);
        reports.Select(report => report.Findings.Count).ShouldBe([0, 1]);
        (await new Rehearsal(folder.Read(), new MigratorOptions()).RunAsync(await AdminAsync(), null, "1", default)).Count.ShouldBe(1);
    }

    private static async Task<string> AdminAsync() =>
        new NpgsqlConnectionStringBuilder(await TestServer.ConnectionStringAsync()) { Pooling = false }.ConnectionString;

    public sealed class Template : IAsyncLifetime
    {
        public OwnedDatabase Database { get; } = new();

        public async Task InitializeAsync()
        {
            await Database.InitializeAsync();
            using var folder = new MigrationFolder();
            await new DatabaseMigrator(folder.With("1_base.sql", Base).Read(), new MigratorOptions()).ApplyAsync(Database.Target);
            NpgsqlConnection.ClearAllPools();
        }

        public Task DisposeAsync() => Database.DisposeAsync();
    }
}
