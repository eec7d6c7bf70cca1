using Crm.Data;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Migrations;

[DbContext(typeof(CrmDb))]
[Migration("20260105090000_Workspace")]
internal sealed class CreateWorkspace : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "workspace",
            table => new
            {
                id = table.Column<int>("integer"),
                name = table.Column<string>("text"),
                created_at = table.Column<DateTimeOffset>("timestamp with time zone", defaultValueSql: "now()"),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_workspace", w => w.id);
                table.CheckConstraint("workspace_one_row", "id = 1");
            });
    }

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropTable("workspace");
}
