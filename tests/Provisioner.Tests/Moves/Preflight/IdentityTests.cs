using Provisioner.Moves;

namespace Provisioner.Tests.Moves.Preflight;

public sealed class IdentityTests(TwoServers servers) : IClassFixture<TwoServers>
{
    private static readonly MovePreflight Quick = new() { Watch = TimeSpan.Zero };

    [Fact]
    public async Task A_unique_index_over_columns_that_are_never_null_serves_as_key()
    {
        var finding = await FindAsync("create table t (code text not null, note json); create unique index t_code on t (code)");

        finding!.Verdict.ShouldBe(MoveVerdict.Handled);
        finding.Advice.ShouldContain("t_code");
    }

    [Theory]
    [InlineData("create table t (code text); create unique index on t (code)")]
    [InlineData("create table t (code text not null); create unique index on t (code) where code <> ''")]
    [InlineData("create table t (code text not null); create unique index on t (lower(code))")]
    [InlineData("create table t (code text not null, unique (code) deferrable)")]
    [InlineData("create table t (code text primary key deferrable)")]
    [InlineData("create table t (code text not null unique); alter table t replica identity full")]
    public async Task A_small_table_without_usable_key_is_compared_by_whole_rows(string sql)
    {
        var finding = await FindAsync(sql);

        finding!.Verdict.ShouldBe(MoveVerdict.Warning);
        finding.Subject.ShouldBe("public.t");
    }

    [Fact]
    public async Task A_primary_key_that_is_not_used_as_identity_is_used_again()
    {
        var finding = await FindAsync("create table t (id int primary key); alter table t replica identity nothing");

        finding!.Verdict.ShouldBe(MoveVerdict.Handled);
        finding.Advice.ShouldContain("t_pkey");
    }

    [Theory]
    [InlineData("create table t (id int primary key)")]
    [InlineData("create table t (code text not null unique); alter table t replica identity using index t_code_key")]
    [InlineData("create unlogged table t (id int)")]
    [InlineData("create table t (id int primary key) partition by range (id); create table t1 partition of t for values from (1) to (9)")]
    public async Task A_table_that_has_an_identity_or_needs_none_is_no_finding(string sql) => (await FindAsync(sql)).ShouldBeNull();

    [Fact]
    public async Task A_large_table_without_key_is_refused_unless_it_is_moved_by_a_dump()
    {
        var name = await servers.TenantAsync(
            """
            create table t (filler text);
            alter table t alter filler set storage external;
            insert into t select repeat('x', 100000) from generate_series(1, 510)
            """);

        var replication = await Quick.InspectAsync(servers.Source, name, servers.Target, default);
        var dump = await new MovePreflight { Wish = MoveMode.Dump, Watch = TimeSpan.Zero }.InspectAsync(servers.Source, name, servers.Target, default);

        replication.Findings.Single(f => f.Code == "no_primary_key").Verdict.ShouldBe(MoveVerdict.Refused);
        replication.Findings[0].Verdict.ShouldBe(MoveVerdict.Refused, "what weighs most comes first");
        (dump.Mode, dump.IsRefused).ShouldBe((MoveMode.Dump, false));
        dump.Preparation.ShouldBe(TimeSpan.Zero);
    }

    [Theory]
    [InlineData("json")]
    [InlineData("xml")]
    [InlineData("point[]")]
    public async Task Whole_rows_that_cannot_be_compared_are_refused(string type)
    {
        var finding = await FindAsync($"create table t (id int, odd {type})");

        finding!.Verdict.ShouldBe(MoveVerdict.Refused);
        finding.Detail.ShouldContain("odd");
    }

    [Fact]
    public async Task Types_that_can_be_compared_are_told_from_those_that_cannot()
    {
        var finding = await FindAsync(
            """
            create type mood as enum ('good', 'bad');
            create type pair as (a int, b text);
            create domain email as varchar(200) check (value ~ '@');
            create table t (a varchar(3), b jsonb, c cidr, d mood, e pair, f email, g int4range, h uuid[], i bit(3), j bytea, k name, l mood[], m char(3), n numeric, o email[])
            """);

        finding!.Verdict.ShouldBe(MoveVerdict.Warning);
    }

    private async Task<MoveFinding?> FindAsync(string sql) =>
        (await Quick.InspectAsync(servers.Source, await servers.TenantAsync(sql), servers.Target, default)).Findings.SingleOrDefault(f => f.Code == "no_primary_key");
}
