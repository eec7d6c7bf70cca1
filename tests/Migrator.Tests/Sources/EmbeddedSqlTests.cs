using Migrator.Sources;

namespace Migrator.Tests.Sources;

public sealed class EmbeddedSqlTests
{
    [Fact]
    public void Resources_are_migrations()
    {
        var migrations = new EmbeddedSql(typeof(EmbeddedSqlTests).Assembly, "Migrator.Tests.Embedded").Read();
        migrations.Select(m => m.Id).ShouldBe(["20260101000000_first", "R__again"]);
    }

    [Fact]
    public void An_assembly_without_such_resources_is_refused() =>
        Should.Throw<MigrationException>(() => new EmbeddedSql(typeof(EmbeddedSqlTests).Assembly, "Nothing").Read()).Message.ShouldContain("Nothing.*.sql");
}
