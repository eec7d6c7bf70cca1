using Crm.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;
using Support;

namespace TenantRuntime.Tests.Crm;

public sealed class CrmSchemaTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task What_the_migrations_make_is_what_the_model_expects()
    {
        await database.ExecuteAsync(CrmHost.Schema());
        await using var db = new CrmDb(new DbContextOptionsBuilder<CrmDb>().UseNpgsql(database.ConnectionString).Options);
        var model = db.Model.GetRelationalModel();

        (await ColumnsAsync()).ShouldBe(model.Tables.SelectMany(t => t.Columns.Select(Describe)), ignoreOrder: true);
        (await NamesAsync("SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class c ON c.oid = indrelid WHERE NOT indisprimary AND relnamespace = 'public'::regnamespace"))
            .ShouldBe(model.Tables.SelectMany(t => t.Indexes.Select(i => i.Name)), ignoreOrder: true);
        (await NamesAsync("SELECT conname::text FROM pg_constraint WHERE contype IN ('p', 'f') AND connamespace = 'public'::regnamespace AND conrelid::regclass::text <> '\"__EFMigrationsHistory\"'"))
            .ShouldBe(model.Tables.SelectMany(t => t.ForeignKeyConstraints.Select(f => f.Name).Append(t.PrimaryKey!.Name)), ignoreOrder: true);
    }

    private static string Describe(IColumn column) => $"{column.Table.Name}.{column.Name} {column.StoreType} {(column.IsNullable ? "null" : "not null")}";

    private Task<List<string>> ColumnsAsync() => NamesAsync(
        """
        SELECT format('%s.%s %s %s', relname, attname, format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'not null' ELSE 'null' END)
        FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped AND relname <> '__EFMigrationsHistory'
        """);

    private async Task<List<string>> NamesAsync(string sql)
    {
        await using var connection = await database.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var names = new List<string>();
        while (await reader.ReadAsync())
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }
}
