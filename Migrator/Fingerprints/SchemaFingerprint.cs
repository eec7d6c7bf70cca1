using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Migrator.Fingerprints;

/// <summary>
/// What a database's schema is, from the system catalogs: two databases have the same hash exactly when their tables,
/// columns, types, defaults, constraints, indexes, views, functions, triggers, policies and privileges are the same.
/// Migration histories, contents of extensions and the order of columns do not count.
/// </summary>
/// <param name="Hash">SHA-256 in hex over <paramref name="Objects"/>.</param>
/// <param name="Objects">Ordered by kind and name.</param>
public sealed record SchemaFingerprint(string Hash, IReadOnlyList<SchemaObject> Objects)
{
    /// <summary>Reads the catalogs of the connection's database in one round trip. The connection's settings stay as they were.</summary>
    public static async Task<SchemaFingerprint> ComputeAsync(NpgsqlConnection connection, TenantRoles? roles = null, CancellationToken ct = default)
    {
        await using var batch = new NpgsqlBatch(connection);
        // Names are written with or without schema depending on the search path, which differs between logins.
        batch.BatchCommands.Add(new("select set_config('migrator.search_path', current_setting('search_path'), false), set_config('search_path', 'pg_catalog', false)"));
        batch.BatchCommands.Add(new(FingerprintQuery.Text) { Parameters = { Text(roles?.Owner), Text(roles?.Login) } });
        batch.BatchCommands.Add(new("select set_config('search_path', current_setting('migrator.search_path'), false)"));

        var objects = new List<SchemaObject>();
        await using (var reader = await batch.ExecuteReaderAsync(ct))
        {
            await reader.NextResultAsync(ct);
            while (await reader.ReadAsync(ct)) objects.Add(new SchemaObject(reader.GetString(0), reader.GetString(1), reader.GetString(2)));
        }

        return From(objects);
    }

    /// <summary>The same schema with owners and privileges left out, for databases whose roles have different rights by design.</summary>
    public SchemaFingerprint WithoutPrivileges() =>
        From([.. Objects.Where(item => !item.Kind.EndsWith("privileges", StringComparison.Ordinal))]);

    internal static SchemaFingerprint From(List<SchemaObject> objects)
    {
        objects.Sort((x, y) => string.CompareOrdinal($"{x.Kind}\0{x.Name}\0{x.Definition}", $"{y.Kind}\0{y.Name}\0{y.Definition}"));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var item in objects) hash.AppendData(Encoding.UTF8.GetBytes($"{item.Kind}\0{item.Name}\0{item.Definition}\0"));
        return new SchemaFingerprint(Convert.ToHexStringLower(hash.GetHashAndReset()), objects);
    }

    private static NpgsqlParameter Text(string? value) => new() { Value = value ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text };
}
