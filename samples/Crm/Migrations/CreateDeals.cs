using Crm.Data;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

namespace Crm.Migrations;

[DbContext(typeof(CrmDb))]
[Migration("20260112100000_Deals")]
internal sealed class CreateDeals : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "deals",
            table => new
            {
                id = table.Column<long>("bigint").Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                title = table.Column<string>("text"),
                amount = table.Column<decimal>("numeric(12,2)"),
                stage = table.Column<string>("text"),
                closes_on = table.Column<DateOnly>("date"),
                contact_id = table.Column<long>("bigint"),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_deals", d => d.id);
                table.ForeignKey("deals_contact_id_fkey", d => d.contact_id, "contacts", "id", onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateIndex("deals_contact_id", "deals", "contact_id");
        migrationBuilder.CreateIndex("deals_stage", "deals", "stage");
    }

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropTable("deals");
}
