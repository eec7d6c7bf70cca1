using Migrator.Databases;
using Npgsql;
using Support;

namespace Migrator.Tests.Support;

/// <summary>A database that belongs to a role which cannot log in, beside a login of the database's name, as tenants have it.</summary>
public sealed class OwnedDatabase : IAsyncLifetime, IAsyncDisposable
{
    public TestDatabase Database { get; } = new();

    public string Name => Database.Name;

    public string Owner => $"o_{Name}";

    public string Login => Name;

    /// <summary>Reached as superuser, to be migrated as the owner.</summary>
    public DatabaseTarget Target => new(Database.ConnectionString, Owner);

    public static async Task<OwnedDatabase> CreateAsync()
    {
        var database = new OwnedDatabase();
        await database.InitializeAsync();
        return database;
    }

    public async Task InitializeAsync()
    {
        await Database.InitializeAsync();
        await Database.ExecuteAsync(
            $"""
            create role {Owner} nologin;
            create role {Login} login password 'login';
            grant {Login} to {Owner};
            alter database {Name} owner to {Owner};
            alter schema public owner to {Owner};
            """);
    }

    public Task ExecuteAsync(string sql) => Database.ExecuteAsync(sql);

    /// <summary>Runs statements as the owner would, by <c>set role</c>.</summary>
    public Task ExecuteAsOwnerAsync(string sql) => Database.ExecuteAsync($"set role {Owner}; {sql}; reset role;");

    public async Task<T> ScalarAsync<T>(string sql) => (T)(await Database.ScalarAsync(sql))!;

    public async Task DisposeAsync()
    {
        await Database.DisposeAsync();
        await using var connection = new NpgsqlConnection(await TestServer.ConnectionStringAsync());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"drop role if exists {Owner}, {Login}", connection);
        await command.ExecuteNonQueryAsync();
    }

    async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();
}
