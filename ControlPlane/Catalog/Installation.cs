using Npgsql;

namespace ControlPlane.Catalog;

/// <summary>Names this catalog among all; written on everything that it owns elsewhere, so that nothing foreign is touched.</summary>
public sealed record Installation(Guid Id)
{
    public static async Task<Installation> ReadAsync(string catalog, CancellationToken ct)
    {
        await using var data = NpgsqlDataSource.Create(catalog);
        await using var command = data.CreateCommand("select id from installation");
        return new Installation((Guid)(await command.ExecuteScalarAsync(ct))!);
    }
}
