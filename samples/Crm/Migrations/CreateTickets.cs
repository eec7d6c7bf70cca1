using Crm.Data;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

namespace Crm.Migrations;

[DbContext(typeof(CrmDb))]
[Migration("20260119083000_Tickets")]
internal sealed class CreateTickets : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "tickets",
            table => new
            {
                id = table.Column<long>("bigint").Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                subject = table.Column<string>("text"),
                status = table.Column<string>("text"),
                priority = table.Column<string>("text"),
                opened_at = table.Column<DateTimeOffset>("timestamp with time zone", defaultValueSql: "now()"),
                contact_id = table.Column<long>("bigint"),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_tickets", t => t.id);
                table.ForeignKey("tickets_contact_id_fkey", t => t.contact_id, "contacts", "id", onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateIndex("tickets_contact_id", "tickets", "contact_id");
        migrationBuilder.CreateIndex("tickets_status", "tickets", "status");
    }

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropTable("tickets");
}
