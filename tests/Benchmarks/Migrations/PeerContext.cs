using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Benchmarks.Migrations;

/// <summary>A context with one small migration, for <c>Database.Migrate()</c>.</summary>
public sealed class PeerContext(DbContextOptions<PeerContext> options) : DbContext(options)
{
    [DbContext(typeof(PeerContext))]
    [Migration("20260101000000_Step")]
    public sealed class Step : Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("alter table t1 add column ef int");
    }
}
