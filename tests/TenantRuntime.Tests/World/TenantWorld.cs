using System.Collections.Concurrent;
using Npgsql;
using Support;
using TenantRuntime.Routes;

namespace TenantRuntime.Tests.World;

/// <summary>A control plane and tenants with real databases, as the control plane would have made them. One per test class.</summary>
public sealed class TenantWorld : IAsyncLifetime
{
    private readonly ConcurrentBag<string> databases = [];
    private NpgsqlConnectionStringBuilder server = new();

    public FakeControlPlane ControlPlane { get; private set; } = null!;

    public Guid ServerId { get; } = Guid.CreateVersion7();

    public async Task InitializeAsync()
    {
        server = new NpgsqlConnectionStringBuilder(await TestServer.ConnectionStringAsync()) { Pooling = false };
        ControlPlane = await FakeControlPlane.StartAsync();
    }

    /// <summary>A published tenant whose empty database has the login role and the tenant's id inside.</summary>
    /// <param name="schema">SQL run by the superuser; the login role may read and write the tables it makes.</param>
    public async Task<Route> AddTenantAsync(string slug, string schema = "", int connections = 10, string[]? domains = null)
    {
        var route = await CreateAsync(slug, schema, connections, domains ?? []);
        return ControlPlane.Publish(route);
    }

    /// <summary>As <see cref="AddTenantAsync"/>, without telling the control plane.</summary>
    public async Task<Route> CreateAsync(string slug, string schema, int connections, string[] domains)
    {
        var id = Guid.CreateVersion7();
        var name = $"t_{id:n}";
        databases.Add(name);
        await ExecuteAsync($"CREATE ROLE {name} LOGIN PASSWORD '{name}'");
        await ExecuteAsync($"CREATE DATABASE {name}");
        await ExecuteAsync($"ALTER DATABASE {name} SET controlplane.tenant_id = '{id}'");
        var rights = $"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}; GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}";
        await ExecuteAsync($"{schema};{rights}", name);
        var limits = new TenantLimits(Users: 20, StorageMegabytes: 1000, RequestsPerHour: null, connections);
        return new Route(id, slug, domains, RouteState.Active, "Starter", limits, ServerId, server.Host!, server.Port, name, name, Revision: 0);
    }

    /// <summary>Runs SQL as the superuser.</summary>
    public async Task ExecuteAsync(string sql, string database = "postgres")
    {
        await using var connection = await OpenAsync(database);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> ScalarAsync<T>(string sql, string database = "postgres")
    {
        await using var connection = await OpenAsync(database);
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task DisposeAsync()
    {
        await ControlPlane.DisposeAsync();
        foreach (var name in databases)
        {
            await ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            await ExecuteAsync($"DROP ROLE IF EXISTS {name}");
        }
    }

    /// <summary>A connection of the superuser.</summary>
    public async Task<NpgsqlConnection> OpenAsync(string database)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = database }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }
}
