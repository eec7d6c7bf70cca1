using ControlPlane.Access.Secrets;
using ControlPlane.Catalog;
using Npgsql;
using NpgsqlTypes;

namespace ControlPlane.Access.Auditing;

/// <summary>
/// Writes the audit trail: a chain of entries whose head is locked until the writer's transaction ends, so that the order of
/// the chain is the order of the commits. Append last, and commit at once.
/// </summary>
public sealed class AuditTrail(NpgsqlDataSource catalog, KeyRing ring)
{
    /// <summary>Adds an entry within the connection's transaction.</summary>
    public async Task AppendAsync(NpgsqlConnection connection, AuditNote note, Caller caller, CancellationToken ct)
    {
        var key = ring.Active;
        var (seq, before, now) = await LockHeadAsync(connection, ct);
        var entry = new AuditEntry
        {
            Seq = seq,
            At = now,
            KeyId = caller.KeyId,
            Who = caller.Name,
            What = note.What,
            Subject = note.Subject,
            Tenant = note.Tenant,
            Address = caller.Address,
            Outcome = note.Outcome,
            Detail = note.Detail,
            RingKey = key.Id,
            Mac = [],
        };
        var mac = AuditSeal.Of(entry, before, key);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { Insert(entry, mac), MoveHead(key, mac, AuditSeal.OfHead(seq, mac, key)) },
        };
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Adds an entry in a transaction of its own.</summary>
    public async Task AppendAloneAsync(AuditNote note, Caller caller, CancellationToken ct)
    {
        await using var connection = await catalog.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await AppendAsync(connection, note, caller, ct);
        await transaction.CommitAsync(ct);
    }

    private static async Task<(long Seq, byte[] Before, DateTimeOffset Now)> LockHeadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        // The clock is read once the lock is held, else a waiting writer would bring an old time.
        await using var update = new NpgsqlCommand(
            "update audit_head set seq = seq + 1 returning seq, last_mac, clock_timestamp()", connection);
        await using var row = await update.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return (row.GetInt64(0), row.GetFieldValue<byte[]>(1), row.GetFieldValue<DateTimeOffset>(2));
    }

    private static NpgsqlBatchCommand Insert(AuditEntry entry, byte[] mac) =>
        new(
            """
            insert into audit_entries (seq, at, key_id, who, what, subject, tenant, address, outcome, detail, ring_key, mac)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            """)
        {
            Parameters =
            {
                new() { Value = entry.Seq },
                new() { Value = entry.At },
                new() { Value = (object?)entry.KeyId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
                new() { Value = entry.Who },
                new() { Value = entry.What },
                new() { Value = entry.Subject },
                new() { Value = (object?)entry.Tenant ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                new() { Value = (object?)entry.Address ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                new() { Value = CatalogConventions.Snake(entry.Outcome.ToString()) },
                new() { Value = entry.Detail, NpgsqlDbType = NpgsqlDbType.Json },
                new() { Value = entry.RingKey },
                new() { Value = mac },
            },
        };

    private static NpgsqlBatchCommand MoveHead(RingKey key, byte[] last, byte[] mac) =>
        new("update audit_head set last_mac = $1, ring_key = $2, mac = $3")
        {
            Parameters = { new() { Value = last }, new() { Value = key.Id }, new() { Value = mac } },
        };
}
