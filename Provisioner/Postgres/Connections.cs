using Npgsql;

namespace Provisioner.Postgres;

/// <summary>Connections that use built-in types only: loading the others would cost each a round trip.</summary>
internal static class Connections
{
    public static NpgsqlDataSource Source(string connectionString)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString);
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(enable: false));
        return builder.Build();
    }

    /// <summary>A new connection that is closed, not pooled, when disposed: a tenant database must be free to be dropped.</summary>
    public static async Task<NpgsqlConnection> OpenAsync(string connectionString, CancellationToken ct)
    {
        await using var source = Source(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        return await source.OpenConnectionAsync(ct);
    }
}
