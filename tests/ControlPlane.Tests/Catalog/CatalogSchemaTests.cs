using ControlPlane.Catalog;
using Npgsql;
using Support;

namespace ControlPlane.Tests.Catalog;

public sealed class CatalogSchemaTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Several_control_planes_that_start_at_once_make_the_catalogs_database_where_there_is_none()
    {
        var name = $"test_{Guid.CreateVersion7():N} \"odd\"";
        var catalog = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Database = name, Pooling = false }.ConnectionString;
        try
        {
            await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => CatalogSchema.ApplyAsync(catalog, CancellationToken.None)));

            await using var connection = new NpgsqlConnection(catalog);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("select count(*) from plans", connection);
            (await command.ExecuteScalarAsync()).ShouldBe(4L);
        }
        finally
        {
            await database.ExecuteAsync($"drop database if exists \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\" with (force)");
        }
    }
}
