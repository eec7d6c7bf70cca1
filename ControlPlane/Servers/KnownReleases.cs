using System.Security.Cryptography;
using System.Text;
using Migrator.Sources;
using Npgsql;

namespace ControlPlane.Servers;

/// <summary>
/// Numbers the sets of migrations that control planes have started with. The newest migration alone does not tell two sets apart: one may
/// have a late migration in it, or another text of a repeatable one.
/// </summary>
internal static class KnownReleases
{
    /// <summary>
    /// Notes this control plane's set, and answers the schema with its number and with those that it may stand in for: its own, and
    /// earlier ones of which it has every version.
    /// </summary>
    public static async Task<ApplicationSchema> NoteAsync(NpgsqlTransaction alone, ApplicationSchema schema, CancellationToken ct)
    {
        var fingerprint = FingerprintOf(schema.Migrations);
        var versions = schema.Migrations.Where(m => m.Kind == MigrationKind.Versioned).Select(m => m.Version).ToArray();
        await using var note = new NpgsqlCommand(
            """
            insert into known_releases (fingerprint, versions) select $1, $2
            where not exists (select from known_releases where fingerprint = $1)
            """,
            alone.Connection,
            alone)
        {
            Parameters = { new() { Value = fingerprint }, new() { Value = versions } },
        };
        await note.ExecuteNonQueryAsync(ct);
        var (number, covered) = (0, new HashSet<int>());
        await using var read = new NpgsqlCommand("select number, fingerprint = $1, versions from known_releases order by number", alone.Connection, alone)
        {
            Parameters = { new() { Value = fingerprint } },
        };
        await using var rows = await read.ExecuteReaderAsync(ct);
        while (number == 0 && await rows.ReadAsync(ct))
        {
            if (rows.GetFieldValue<string[]>(2).All(schema.Has))
            {
                covered.Add(rows.GetInt32(0));
            }

            number = rows.GetBoolean(1) ? rows.GetInt32(0) : 0;
        }

        return schema with { Release = number, StandsInFor = covered };
    }

    private static string FingerprintOf(IReadOnlyList<Migration> migrations)
    {
        var text = new StringBuilder();
        foreach (var migration in migrations)
        {
            text.Append(migration.Id).Append('\n').Append(migration.Checksum).Append('\n').Append(migration.Phase).Append('\n');
            foreach (var statement in (migration.Down ?? []).Concat(migration.Verify ?? []))
            {
                text.Append(statement.Text).Append('\n');
            }
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
