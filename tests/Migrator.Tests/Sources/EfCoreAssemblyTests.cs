using Microsoft.EntityFrameworkCore;
using Migrator.Databases;
using Migrator.Sources;
using Migrator.Tests.Support;

namespace Migrator.Tests.Sources;

public sealed class EfCoreAssemblyTests : IAsyncLifetime
{
    private readonly OwnedDatabase database = new();
    private readonly DirectoryInfo copy = Directory.CreateTempSubdirectory("shop-");

    private string Dll => Path.Combine(copy.FullName, "Migrator.Tests.dll");

    public Task InitializeAsync()
    {
        foreach (var file in new[] { "Migrator.Tests.dll", "Migrator.Tests.deps.json" }) File.Copy(Path.Combine(AppContext.BaseDirectory, file), Path.Combine(copy.FullName, file));
        return database.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        copy.Delete(recursive: true);
        await database.DisposeAsync();
    }

    [Fact]
    public void Migrations_are_read_without_a_database()
    {
        var migrations = new EfCoreAssembly(Dll).Read();
        migrations.Select(m => m.Version).ShouldBe(["20260101000000_Items", "20260102000000_NameIndex"]);
        migrations[0].Up.Count.ShouldBe(3);
        migrations[0].Down!.Single().Text.ShouldBe("DROP TABLE \"Items\"");
        migrations[1].Transactional.ShouldBeFalse();
        migrations[1].Down.ShouldBeNull();
        migrations.ShouldAllBe(m => m.Checksum.StartsWith("ef-10."));
        new EfCoreAssembly(Dll).Read().Select(m => m.Checksum).ShouldBe(migrations.Select(m => m.Checksum));
    }

    [Fact]
    public async Task EF_Cores_own_tools_see_what_was_applied()
    {
        var report = await ApplyAsync();
        report.HeadAfter.ShouldBe("20260102000000_NameIndex");
        (await ApplyAsync()).Applied.ShouldBeEmpty();

        await using var shop = new Shop(new DbContextOptionsBuilder<Shop>().UseNpgsql(database.Database.ConnectionString).Options);
        (await shop.Database.GetAppliedMigrationsAsync()).ShouldBe(["20260101000000_Items", "20260102000000_NameIndex"]);
        (await shop.Items.CountAsync()).ShouldBe(2);
        (await database.ScalarAsync<long>("select count(*) from migrator.history where checksum like 'ef-10.%'")).ShouldBe(2);
    }

    [Fact]
    public async Task What_EF_Cores_own_tools_applied_is_not_applied_again()
    {
        await using var shop = new Shop(new DbContextOptionsBuilder<Shop>().UseNpgsql(database.Database.ConnectionString).Options);
        await shop.Database.MigrateAsync("20260101000000_Items");
        await database.ExecuteAsync($"alter table \"Items\" owner to {database.Owner}; alter table \"__EFMigrationsHistory\" owner to {database.Owner}");
        var report = await ApplyAsync();
        report.HeadBefore.ShouldBe("20260101000000_Items");
        report.Applied.Select(a => a.Name).ShouldBe(["NameIndex"]);
    }

    [Theory]
    [InlineData("Nothing.dll", null, "no such file")]
    [InlineData("Migrator.Tests.dll", "OtherContext", "no EF Core migrations of OtherContext")]
    public void What_cannot_be_read_is_named(string file, string? context, string says) =>
        Should.Throw<MigrationException>(() => new EfCoreAssembly(Path.Combine(copy.FullName, file), context).Read()).Message.ShouldContain(says);

    private Task<DatabaseReport> ApplyAsync() =>
        new DatabaseMigrator(new EfCoreAssembly(Dll).Read(), new MigratorOptions()).ApplyAsync(database.Target);
}
