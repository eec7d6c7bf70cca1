using Migrator.Sources;
using Npgsql;

namespace ControlPlane.Servers;

/// <summary>
/// Remembers which of the application's migrations are known, and so finds out which of them came late: after a newer one, as when two
/// branches are merged.
/// </summary>
public static class KnownMigrations
{
    /// <summary>Notes what this control plane knows, and answers the schema with its late migrations marked and its number. The first to start finds none late.</summary>
    public static async Task<ApplicationSchema> NoteAsync(string catalog, ApplicationSchema schema, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(catalog);
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);

        // Two that start at once must not each take the other's migrations for new.
        await using (var alone = new NpgsqlCommand("lock table known_migrations in exclusive mode", connection))
        {
            await alone.ExecuteNonQueryAsync(ct);
        }

        var known = await ReadAsync(connection, ct);
        var versions = schema.Migrations.Where(m => m.Kind == MigrationKind.Versioned).Select(m => m.Version).ToList();
        var added = versions.Where(v => !known.ContainsKey(v)).ToDictionary(v => v, v => known.Keys.Any(k => VersionOrder.Instance.Compare(k, v) > 0), StringComparer.Ordinal);
        await using (var insert = new NpgsqlCommand("insert into known_migrations (version, is_late) select * from unnest($1, $2)", connection)
        {
            Parameters = { new() { Value = added.Keys.ToArray() }, new() { Value = added.Values.ToArray() } },
        })
        {
            await insert.ExecuteNonQueryAsync(ct);
        }

        var numbered = await KnownReleases.NoteAsync(transaction, schema, ct);
        await transaction.CommitAsync(ct);
        return numbered with { Late = [.. versions.Where(v => added.TryGetValue(v, out var late) ? late : known[v])] };
    }

    private static async Task<Dictionary<string, bool>> ReadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var known = new Dictionary<string, bool>(StringComparer.Ordinal);
        await using var command = new NpgsqlCommand("select version, is_late from known_migrations", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            known.Add(reader.GetString(0), reader.GetBoolean(1));
        }

        return known;
    }
}
