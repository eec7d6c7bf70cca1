using Npgsql;
using Provisioner.Moves;
using Provisioner.Postgres;

namespace Provisioner.Tests.Moves.Verification;

public sealed class RowComparisonTests(RowWorld world) : IClassFixture<RowWorld>
{
    [Fact]
    public async Task A_restored_dump_is_equal()
    {
        var told = new List<string>();

        var report = await world.CompareAsync(world.Name, told.Add);

        report.Differences.ShouldBeEmpty();
        report.NotComparable.ShouldBeEmpty();
        report.AreEqual.ShouldBeTrue();
        report.Tables.ShouldBe(13);
        report.Rows.ShouldBe(4 + 100 + 1 + 2 + 2 + 100 + 1 + 1001);
        told.Count.ShouldBe(13);
        told[0].ShouldStartWith("1 of 13 tables: ");
    }

    [Fact]
    public async Task A_missing_row_is_named_by_its_key()
    {
        var name = await world.ChangedAsync("delete from contacts where id = 77");

        var difference = await OnlyDifferenceAsync(name);

        difference.ShouldBe(new TableDifference("public.contacts", 1001, 1000, "By id: only on the source 77."));
    }

    [Fact]
    public async Task An_extra_row_is_named_by_its_key()
    {
        var name = await world.ChangedAsync("insert into parted values ('eu', 99)");

        (await OnlyDifferenceAsync(name)).ShouldBe(new TableDifference("public.parted_eu", 50, 51, "By region, id: only on the target (eu, 99)."));
    }

    [Fact]
    public async Task One_changed_byte_is_found()
    {
        var name = await world.ChangedAsync("update of_all set b = set_byte(b, 15, get_byte(b, 15) # 1) where id = 42");

        (await OnlyDifferenceAsync(name)).ShouldBe(new TableDifference("public.of_all", 100, 100, "By id: different 42."));
    }

    [Fact]
    public async Task One_changed_byte_in_a_very_long_row_is_found()
    {
        var name = await world.ChangedAsync("update contacts set name = overlay(name placing 'L' from 400001) where id = 1001");

        (await OnlyDifferenceAsync(name)).Detail.ShouldBe("By id: different 1001.");
    }

    [Fact]
    public async Task At_most_five_keys_of_a_kind_are_named()
    {
        var name = await world.ChangedAsync("update contacts set name = upper(name) where id <= 900");

        var detail = (await OnlyDifferenceAsync(name)).Detail;

        detail.ShouldStartWith("By id: different ");
        detail.Count(c => c == ',').ShouldBe(4);
    }

    [Theory]
    [InlineData("update loose set a = null where a = ''")]
    [InlineData("update loose set b = 0 where b is null")]
    [InlineData("update \"Odd \"\"name\"\"\" set \"tab	bed\" = '' where id = 1")]
    [InlineData("update \"Odd \"\"name\"\"\" set \"select\" = null where id = 2")]
    [InlineData("update of_all set n = n + 1e-20 where id = 3")]
    [InlineData("update of_all set f = f * (1 + 2e-16) where id = 3")]
    [InlineData("update of_all set at = at + interval '1 microsecond' where id = 3")]
    public async Task Null_is_not_empty_and_near_is_not_equal(string change) => await OnlyDifferenceAsync(await world.ChangedAsync(change));

    [Theory]
    [InlineData("delete from loose where ctid = (select min(ctid) from loose where a = 'x')", 3)]
    [InlineData("insert into loose values ('x', 1)", 5)]
    [InlineData("insert into loose values ('x', 1), ('x', 1)", 6)]
    public async Task Duplicates_count(string change, int rows)
    {
        var difference = await OnlyDifferenceAsync(await world.ChangedAsync(change));

        (difference.Table, difference.SourceRows, difference.TargetRows).ShouldBe(("public.loose", 4, rows));
        difference.Detail.ShouldContain("without a primary key");
    }

    [Fact]
    public async Task The_order_of_rows_does_not_matter() =>
        (await world.CompareAsync(await world.ChangedAsync("create table sorted as select * from loose order by a desc; truncate loose; insert into loose select * from sorted; drop table sorted"))).AreEqual.ShouldBeTrue();

    [Fact]
    public async Task A_table_on_one_side_only_is_named()
    {
        var name = await world.ChangedAsync("drop table of_all; create table surplus (id int)");

        (await world.CompareAsync(name)).Differences.ShouldBe(
        [
            new TableDifference("public.of_all", 100, 0, "The table is not on the target."),
            new TableDifference("public.surplus", 0, 0, "The table is not on the source."),
        ]);
    }

    [Fact]
    public async Task Another_order_of_columns_is_said_in_words()
    {
        var name = await world.ChangedAsync("alter table loose rename to old; create table loose (b int, a text); insert into loose select b, a from old; drop table old");

        (await OnlyDifferenceAsync(name)).ShouldBe(
            new TableDifference("public.loose", 4, 4, "The columns have another order: a text, b integer on the source, b integer, a text on the target."));
    }

    [Theory]
    [InlineData("alter table loose add c int", "none such, the target c integer")]
    [InlineData("alter table loose alter b type bigint", "b integer, the target b bigint")]
    [InlineData("alter table loose rename b to c", "b integer, the target c integer")]
    [InlineData("alter table loose drop b", "b integer, the target none such")]
    public async Task Other_columns_are_said_in_words(string change, string words)
    {
        var difference = await OnlyDifferenceAsync(await world.ChangedAsync(change));

        difference.Detail.ShouldContain(words);
        difference.TargetRows.ShouldBe(4);
    }

    [Fact]
    public async Task A_sequence_behind_the_source_is_a_difference_and_one_ahead_is_not()
    {
        var name = await world.ChangedAsync("select setval('invoice_number', 49), setval('down', -51)");

        (await OnlyDifferenceAsync(name)).ShouldBe(
            new TableDifference("sequence public.invoice_number", 0, 0, "It stands at 50 on the source and at 49 on the target: numbers would be handed out twice."));

        await world.Servers.OnTargetAsync(name, "select setval('invoice_number', 50, false), setval('down', -49)");
        (await world.CompareAsync(name)).Differences.Select(d => d.Table).ShouldBe(["sequence public.down", "sequence public.invoice_number"]);

        await world.Servers.OnTargetAsync(name, "select setval('invoice_number', 50), setval('down', -50)");
        (await world.CompareAsync(name)).AreEqual.ShouldBeTrue();
    }

    [Fact]
    public async Task A_missing_sequence_is_named()
    {
        var name = await world.ChangedAsync("drop sequence invoice_number");

        (await OnlyDifferenceAsync(name)).Detail.ShouldBe("It is not on the target.");
    }

    [Theory]
    [InlineData("select lo_put(4711, 2, 'x')")]
    [InlineData("select lo_put(4711, 90000, 'x')")]
    [InlineData("select lo_unlink(4711)")]
    [InlineData("select lo_create(4713)")]
    public async Task Large_objects_are_compared(string change)
    {
        var name = await world.ChangedAsync(change);

        (await OnlyDifferenceAsync(name)).Table.ShouldBe("large objects");
    }

    [Fact]
    public async Task What_is_temporary_foreign_derived_or_the_moves_own_is_left_out()
    {
        var name = await world.ChangedAsync(
            """
            create schema _move;
            create table _move.marker (id int);
            create sequence _move.n;
            create extension postgres_fdw;
            create server elsewhere foreign data wrapper postgres_fdw;
            create foreign table far (id int) server elsewhere;
            create view seen as select 1;
            create materialized view kept as select 1
            """);
        await using var session = new NpgsqlConnection(world.Servers.TargetIn(name.Database));
        await session.OpenAsync();
        await using (var command = new NpgsqlCommand("create temporary table mine (id int); create temporary sequence its", session))
        {
            await command.ExecuteNonQueryAsync();
        }

        (await world.CompareAsync(name)).AreEqual.ShouldBeTrue();
    }

    private async Task<TableDifference> OnlyDifferenceAsync(TenantDatabaseName name) => (await world.CompareAsync(name)).Differences.ShouldHaveSingleItem();
}
