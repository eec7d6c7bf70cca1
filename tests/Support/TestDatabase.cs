using Npgsql;
using Xunit;

namespace Support;

/// <summary>An empty database of its own, dropped at the end: <c>IClassFixture&lt;TestDatabase&gt;</c> for a class, <see cref="CreateAsync"/> for one test.</summary>
public sealed class TestDatabase : IAsyncLifetime, IAsyncDisposable
{
    private string adminConnectionString = "";

    public string Name { get; } = $"test_{Guid.CreateVersion7():N}";

    /// <summary>The superuser's, for this database.</summary>
    public string ConnectionString { get; private set; } = "";

    public static async Task<TestDatabase> CreateAsync()
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        return database;
    }

    public async Task InitializeAsync()
    {
        adminConnectionString = new NpgsqlConnectionStringBuilder(await TestServer.ConnectionStringAsync()) { Pooling = false }.ConnectionString;
        ConnectionString = new NpgsqlConnectionStringBuilder(adminConnectionString) { Database = Name, Pooling = true }.ConnectionString;
        await ExecuteOnServerAsync($"CREATE DATABASE \"{Name}\"");
    }

    /// <summary>A new, open connection to this database.</summary>
    public async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Runs statements as the superuser in this database.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first column of the first row, or null.</summary>
    public async Task<object?> ScalarAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public async Task DisposeAsync()
    {
        await using var pooled = new NpgsqlConnection(ConnectionString);
        NpgsqlConnection.ClearPool(pooled);
        await ExecuteOnServerAsync($"DROP DATABASE IF EXISTS \"{Name}\" WITH (FORCE)");
    }

    async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();

    private async Task ExecuteOnServerAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(adminConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
