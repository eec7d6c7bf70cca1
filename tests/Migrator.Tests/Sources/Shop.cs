using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Migrator.Tests.Sources;

/// <summary>An application's context with two hand-written migrations, read back from a copy of this assembly.</summary>
public sealed class Shop(DbContextOptions<Shop> options) : DbContext(options)
{
    public DbSet<Item> Items => Set<Item>();

    public sealed class Item
    {
        public int Id { get; set; }

        public string Name { get; set; } = "";
    }

    [DbContext(typeof(Shop))]
    [Migration("20260101000000_Items")]
    public sealed class Items_ : Microsoft.EntityFrameworkCore.Migrations.Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                "Items",
                table => new
                {
                    Id = table.Column<int>().Annotation("Npgsql:ValueGenerationStrategy", Npgsql.EntityFrameworkCore.PostgreSQL.Metadata.NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    Name = table.Column<string>(),
                },
                constraints: table => table.PrimaryKey("PK_Items", x => x.Id));
            migrationBuilder.Sql("insert into \"Items\" (\"Name\") values ('first; still first'); insert into \"Items\" (\"Name\") values ('second')");
        }

        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropTable("Items");
    }

    [DbContext(typeof(Shop))]
    [Migration("20260102000000_NameIndex")]
    public sealed class NameIndex : Microsoft.EntityFrameworkCore.Migrations.Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder) =>
            migrationBuilder.Sql("create index concurrently \"IX_Name\" on \"Items\" (\"Name\")", suppressTransaction: true);
    }
}
