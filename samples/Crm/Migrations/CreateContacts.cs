using Crm.Data;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

namespace Crm.Migrations;

[DbContext(typeof(CrmDb))]
[Migration("20260105090100_Contacts")]
internal sealed class CreateContacts : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "contacts",
            table => new
            {
                id = table.Column<long>("bigint").Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                name = table.Column<string>("text"),
                company = table.Column<string>("text"),
                role = table.Column<string>("text"),
                email = table.Column<string>("text"),
                phone = table.Column<string>("text"),
                city = table.Column<string>("text"),
                created_at = table.Column<DateTimeOffset>("timestamp with time zone", defaultValueSql: "now()"),
            },
            constraints: table => table.PrimaryKey("PK_contacts", c => c.id));
        migrationBuilder.CreateIndex("contacts_name", "contacts", "name");
    }

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropTable("contacts");
}
