using Npgsql;
using Provisioner.Moves;

namespace Provisioner.Tests.Moves.Verification;

/// <summary>Databases that go on living after the snapshot.</summary>
public sealed class SnapshotTests(TwoServers servers) : IClassFixture<TwoServers>
{
    [Fact]
    public async Task What_is_written_after_the_snapshot_does_not_count()
    {
        var name = await servers.PairAsync("insert into contacts (name) values ('one'), ('two'), ('three')");
        await using var source = await DatabaseSnapshot.TakeAsync(servers.Source, name, default);
        await using var target = await DatabaseSnapshot.OpenAsync(servers.Target, name, default);
        await servers.OnTargetAsync(name, "create table too_early (id int); insert into too_early values (1); drop table too_early");
        await target.TakeAsync(default);

        await servers.OnTargetAsync(name, "update contacts set name = 'other'; insert into contacts (name) values ('four'); create table later (id int); select nextval('invoice_number')");

        var report = await RowComparison.CompareAsync(source, target, null, default);
        report.Differences.ShouldBeEmpty();
        report.NotComparable.ShouldBeEmpty();
        report.Rows.ShouldBe(3);
    }

    [Theory]
    [InlineData("truncate contacts")]
    [InlineData("alter table contacts alter name type varchar(100) using upper(name)")]
    [InlineData("alter table contacts rename to customers")]
    [InlineData("alter table contacts rename name to called")]
    [InlineData("alter table contacts drop name")]
    [InlineData("drop table contacts cascade")]
    public async Task A_table_that_was_emptied_rewritten_or_dropped_after_the_snapshot_raises_no_alarm(string change)
    {
        var name = await servers.PairAsync("drop view names; create table other (id int primary key); insert into contacts (name) values ('one'), ('two')");
        await using var source = await DatabaseSnapshot.TakeAsync(servers.Source, name, default);
        await using var target = await DatabaseSnapshot.TakeAsync(servers.Target, name, default);

        await servers.OnTargetAsync(name, change);

        var report = await RowComparison.CompareAsync(source, target, null, default);
        report.Differences.ShouldBeEmpty();
        report.NotComparable.ShouldContain("public.contacts");
    }

    [Fact]
    public async Task A_sequence_that_was_dropped_after_the_snapshot_raises_no_alarm()
    {
        var name = await servers.PairAsync();
        await using var source = await DatabaseSnapshot.TakeAsync(servers.Source, name, default);
        await using var target = await DatabaseSnapshot.TakeAsync(servers.Target, name, default);

        await servers.OnTargetAsync(name, "drop sequence invoice_number");

        var report = await RowComparison.CompareAsync(source, target, null, default);
        report.Differences.ShouldBeEmpty();
        report.NotComparable.ShouldBe(["sequence public.invoice_number"]);
    }

    [Fact]
    public async Task A_table_that_has_been_compared_is_not_locked()
    {
        var name = await servers.PairAsync("insert into contacts (name) values ('one')");
        await using var source = await DatabaseSnapshot.TakeAsync(servers.Source, name, default);
        await using var target = await DatabaseSnapshot.TakeAsync(servers.Target, name, default);
        var emptied = false;

        await RowComparison.CompareAsync(source, target, line => emptied |= line.Contains("contacts", StringComparison.Ordinal) && IsEmptied(), default);

        emptied.ShouldBeTrue();

        bool IsEmptied() => Sql.FailureAsync(servers.TargetIn(name.Database), "set lock_timeout = '5s'; truncate contacts").GetAwaiter().GetResult() is null;
    }

    [Fact]
    public async Task A_snapshot_depends_on_no_setting_of_its_database()
    {
        var name = await servers.PairAsync("create table dated (id int primary key, at timestamptz default now(), f float8 default 0.1::float4, b bytea default 'x'); insert into dated values (1)");
        foreach (var setting in new[] { "datestyle = 'German'", "timezone = 'Asia/Tokyo'", "extra_float_digits = -10", "bytea_output = 'escape'", "idle_in_transaction_session_timeout = '10s'", "statement_timeout = '10s'" })
        {
            await servers.OnTargetAsync(name, $"alter database {name.Database} set {setting}");
        }

        await using var source = await DatabaseSnapshot.TakeAsync(servers.Source, name, default);
        await using var target = await DatabaseSnapshot.TakeAsync(servers.Target, name, default);

        (await RowComparison.CompareAsync(source, target, null, default)).AreEqual.ShouldBeTrue();
        (await target.Session.ReadAsync(
            "select current_setting('statement_timeout') || ' ' || current_setting('idle_in_transaction_session_timeout')", row => row.GetString(0), default)).ShouldBe("0 1h");
    }

    [Fact]
    public async Task A_side_that_breaks_off_ends_the_comparison_with_its_own_error()
    {
        var name = await servers.PairAsync("insert into contacts (name) select i::text from generate_series(1, 200000) i");
        await using var source = await DatabaseSnapshot.TakeAsync(servers.Source, name, default);
        await using var target = await DatabaseSnapshot.TakeAsync(servers.Target, name, default);
        await Sql.ExecuteAsync(servers.TargetAdmin, $"select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '{name.Database}'");

        (await Should.ThrowAsync<NpgsqlException>(() => RowComparison.CompareAsync(source, target, null, default))).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_comparison_can_be_called_off()
    {
        var name = await servers.PairAsync("insert into contacts (name) select i::text from generate_series(1, 200000) i");
        await using var source = await DatabaseSnapshot.TakeAsync(servers.Source, name, default);
        await using var target = await DatabaseSnapshot.TakeAsync(servers.Target, name, default);
        using var called = new CancellationTokenSource();

        await Should.ThrowAsync<OperationCanceledException>(() => RowComparison.CompareAsync(source, target, _ => called.Cancel(), called.Token));
    }
}
