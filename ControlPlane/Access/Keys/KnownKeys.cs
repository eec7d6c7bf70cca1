using System.Collections.Concurrent;
using System.Security.Cryptography;
using Npgsql;

namespace ControlPlane.Access.Keys;

/// <summary>
/// Recognises API keys. What the catalog says of a key is remembered for a second, so a revocation takes effect within two on
/// every node, and a busy key costs one read a second.
/// </summary>
public sealed class KnownKeys(NpgsqlDataSource catalog, TimeProvider time)
{
    private const int MostRemembered = 10_000;
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Remembered> known = new(StringComparer.Ordinal);

    /// <summary>Null when the key is malformed, unknown, expired or revoked.</summary>
    public async Task<Caller.Identity?> RecogniseAsync(string key, string? address, CancellationToken ct)
    {
        if (KeyText.PrefixOf(key) is not { } prefix)
        {
            return null;
        }

        var hash = KeyText.Hash(key);
        if (known.TryGetValue(prefix, out var remembered) && time.GetElapsedTime(remembered.ReadAt) < Life)
        {
            return remembered.Opens(hash);
        }

        // Taken before the read, so that an answer that was long on its way is not kept for longer.
        var readAt = time.GetTimestamp();
        if (await ReadAsync(prefix, readAt, ct) is not { } fresh)
        {
            known.TryRemove(prefix, out _);
            return null;
        }

        var identity = fresh.Opens(hash);
        if (identity is not null)
        {
            if (known.Count >= MostRemembered)
            {
                known.Clear();
            }

            known[prefix] = fresh;
            if (fresh.UseIsOld)
            {
                await NoteUseAsync(identity.KeyId!.Value, address, ct);
            }
        }

        return identity;
    }

    private async Task<Remembered?> ReadAsync(string prefix, long readAt, CancellationToken ct)
    {
        await using var select = catalog.CreateCommand(
            """
            select id, name, hash, role, server_ids,
              revoked_at is null and (expires_at is null or expires_at > now()),
              last_used_at is null or last_used_at < now() - interval '1 minute'
            from api_keys where prefix = $1
            """);
        select.Parameters.Add(new() { Value = prefix });
        await using var row = await select.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct))
        {
            return null;
        }

        var servers = await row.IsDBNullAsync(4, ct) ? null : row.GetFieldValue<Guid[]>(4).ToHashSet();
        var identity = new Caller.Identity(row.GetGuid(0), row.GetString(1), Enum.Parse<Role>(row.GetString(3), ignoreCase: true), servers);
        return new(identity, row.GetFieldValue<byte[]>(2), row.GetBoolean(5), row.GetBoolean(6), readAt);
    }

    /// <summary>At most once a minute per key, whichever node sees it.</summary>
    private async Task NoteUseAsync(Guid id, string? address, CancellationToken ct)
    {
        await using var update = catalog.CreateCommand(
            """
            update api_keys set last_used_at = now(), last_used_from = $2
            where id = $1 and (last_used_at is null or last_used_at < now() - interval '1 minute')
            """);
        update.Parameters.Add(new() { Value = id });
        update.Parameters.Add(new() { Value = (object?)address ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        await update.ExecuteNonQueryAsync(ct);
    }

    private sealed record Remembered(Caller.Identity Identity, byte[] Hash, bool IsValid, bool UseIsOld, long ReadAt)
    {
        public Caller.Identity? Opens(byte[] hash) =>
            CryptographicOperations.FixedTimeEquals(Hash, hash) && IsValid ? Identity : null;
    }
}
