using Migrator.Sources;
using Migrator.Tests.Support;

namespace Migrator.Tests.Sources;

public sealed class SqlFolderTests : IDisposable
{
    private readonly MigrationFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Files_of_one_version_become_one_migration_in_order_of_versions()
    {
        folder.With("20260102000000_second.sql", "select 2")
            .With("20260101000000_first.sql", "select 1")
            .With("20260101000000_first.down.sql", "select -1")
            .With("20260101000000_first.verify.sql", "select true")
            .With("repeatable/R__views.sql", "select 3");

        var migrations = folder.Read();

        migrations.Select(m => m.Id).ShouldBe(["20260101000000_first", "20260102000000_second", "R__views"]);
        migrations[0].Down!.Single().Text.ShouldBe("select -1");
        migrations[0].Verify!.Single().Text.ShouldBe("select true");
        migrations[1].Down.ShouldBeNull();
        migrations[2].Kind.ShouldBe(MigrationKind.Repeatable);
    }

    [Fact]
    public void Names_of_Flyway_and_golang_migrate_are_read()
    {
        folder.With("V2__b.sql", "select 1").With("V10__c.sql", "select 1").With("V1.1__a.sql", "select 1").With("U2__b.sql", "select 2").With("R__r.sql", "select 3");
        folder.Read().Select(m => m.Version).ShouldBe(["1.1", "2", "10", "R__r"]);
        folder.Read()[1].Down.ShouldNotBeNull();

        using var golang = new MigrationFolder();
        golang.With("000001_init.up.sql", "select 1").With("000001_init.down.sql", "select 2").With("000002_more.up.sql", "select 3");
        golang.Read().Select(m => m.Id).ShouldBe(["000001_init", "000002_more"]);
        golang.Read()[0].Down.ShouldNotBeNull();
    }

    [Fact]
    public void Headers_are_read()
    {
        folder.With("1_a.sql", "-- migrator:tx none\n-- migrator:timeout 5m\n-- migrator:phase contract\n-- migrator:allow small table\ncreate index concurrently i on t (a);");
        var migration = folder.Read().Single();
        migration.Transactional.ShouldBeFalse();
        migration.Timeout.ShouldBe(TimeSpan.FromMinutes(5));
        migration.Phase.ShouldBe(MigrationPhase.Contract);
        migration.Allowed.ShouldBe("small table");
    }

    [Fact]
    public void Line_ends_and_headers_do_not_change_the_checksum_but_text_does()
    {
        var plain = folder.With("1_a.sql", "select 1;\nselect 2;\n").Read().Single().Checksum;
        folder.With("1_a.sql", "-- migrator:allow reason\r\nselect 1;\r\nselect 2;").Read().Single().Checksum.ShouldBe(plain);
        folder.With("1_a.sql", "select 1;\nselect 3;\n").Read().Single().Checksum.ShouldNotBe(plain);
    }

    [Theory]
    [InlineData("notes.sql", "select 1", "forms")]
    [InlineData("1_a.down.sql", "select 1", "no up file")]
    [InlineData("1_a.sql", "-- migrator:txn none\nselect 1", "no header")]
    [InlineData("1_a.sql", "-- migrator:timeout soon\nselect 1", "no header")]
    [InlineData("1_a.sql", "-- migrator:tx none\nselect 1; select 2", "exactly one statement")]
    [InlineData("1_a.sql", "select 1;\ncommit;", "1_a.sql:2: The file and its history row are one transaction")]
    [InlineData("1_a.sql", "set local role postgres", "owner role")]
    [InlineData("1_a.sql", "reset session authorization", "owner role")]
    [InlineData("1_a.sql", "copy t from stdin;", "INSERT")]
    [InlineData("1_a.sql", "select 'a", "never closed")]
    public void What_cannot_be_a_migration_is_refused_with_its_file(string name, string text, string says)
    {
        folder.With(name, text);
        var error = Should.Throw<MigrationException>(folder.Read);
        error.Code.ShouldBe(MigrationError.Source);
        error.Message.ShouldContain(says);
        error.Message.ShouldContain(name);
    }

    [Fact]
    public void Two_files_of_one_version_are_refused()
    {
        folder.With("1_a.sql", "select 1").With("1_b.sql", "select 1");
        Should.Throw<MigrationException>(folder.Read).Message.ShouldContain("1_a.sql and 1_b.sql");
    }

    [Fact]
    public void A_sum_file_pins_every_file()
    {
        folder.With("1_a.sql", "select 1").With("repeatable/R__b.sql", "select 1");
        SumFile.Write(folder.Path).ShouldBe(2);
        folder.Read().Count.ShouldBe(2);

        folder.With("1_a.sql", "select 2");
        Should.Throw<MigrationException>(folder.Read).Message.ShouldContain("1_a.sql: It differs");
        folder.With("1_a.sql", "select 1").With("2_c.sql", "select 1");
        Should.Throw<MigrationException>(folder.Read).Message.ShouldContain("2_c.sql: It is not listed");
        folder.Without("2_c.sql").Without("repeatable/R__b.sql");
        Should.Throw<MigrationException>(folder.Read).Message.ShouldContain("it is gone");
    }

    [Fact]
    public void A_folder_that_does_not_exist_is_named() =>
        Should.Throw<MigrationException>(() => new SqlFolder("/nowhere").Read()).Message.ShouldContain("/nowhere");
}
