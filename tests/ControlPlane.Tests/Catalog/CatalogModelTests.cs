using ControlPlane.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;
using Support;

namespace ControlPlane.Tests.Catalog;

public sealed class CatalogModelTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task The_model_says_what_the_migrated_database_is()
    {
        await CatalogSchema.ApplyAsync(database.ConnectionString, CancellationToken.None);
        await using var db = new CatalogDb(new DbContextOptionsBuilder<CatalogDb>().UseNpgsql(database.ConnectionString).Options);
        var entities = db.Model.GetEntityTypes().ToList();
        entities.Count.ShouldBeGreaterThan(10);

        var real = await ColumnsAsync([.. entities.Select(e => e.GetTableName()!)]);
        var modelled = entities.SelectMany(Columns).ToList();

        real.Except(modelled, StringComparer.Ordinal).ShouldBeEmpty("the database has what the model does not");
        modelled.Except(real, StringComparer.Ordinal).ShouldBeEmpty("the model has what the database does not");
    }

    private static IEnumerable<string> Columns(IEntityType entity)
    {
        var table = StoreObjectIdentifier.Table(entity.GetTableName()!);
        foreach (var property in entity.GetProperties())
        {
            var key = property.IsPrimaryKey() ? " key" : "";
            var need = property.IsColumnNullable(table) ? "" : " not null";
            yield return $"{table.Name}.{property.GetColumnName(table)} {property.GetColumnType()}{need}{key}";
        }
    }

    private async Task<List<string>> ColumnsAsync(string[] tables)
    {
        const string sql = """
            select format('%s.%s %s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                     case when a.attnotnull then ' not null' else '' end,
                     case when exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary and a.attnum = any (i.indkey)) then ' key' else '' end)
            from pg_class c join pg_attribute a on a.attrelid = c.oid
            where c.relnamespace = 'public'::regnamespace and c.relname = any ($1) and a.attnum > 0 and not a.attisdropped
            """;
        await using var connection = await database.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = tables } } };
        await using var reader = await command.ExecuteReaderAsync();
        var columns = new List<string>();
        while (await reader.ReadAsync())
        {
            columns.Add(reader.GetString(0));
        }

        return columns;
    }
}
