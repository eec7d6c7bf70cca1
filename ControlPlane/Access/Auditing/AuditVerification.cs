using System.Data;
using System.Security.Cryptography;
using ControlPlane.Access.Secrets;
using Npgsql;

namespace ControlPlane.Access.Auditing;

/// <summary>Reads the whole trail once, entry by entry, and finds the first that was edited, deleted, added or moved, or a cut-off end.</summary>
public sealed class AuditVerification(NpgsqlDataSource catalog, KeyRing ring)
{
    public async Task<AuditVerdict> RunAsync(CancellationToken ct)
    {
        await using var connection = await catalog.OpenConnectionAsync(ct);
        // One snapshot, so that the head and the entries belong together while others write.
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        var head = await ReadHeadAsync(connection, ct);
        long good = 0;
        byte[] before = [];
        await using var select = new NpgsqlCommand(
            """
            select seq, at, key_id, who, what, subject, tenant, address, outcome, detail::text, ring_key, mac
            from audit_entries order by seq
            """,
            connection) { CommandTimeout = 0 };
        await using var rows = await select.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            var entry = Read(rows);
            if (FaultOf(entry, good + 1, before) is { } fault)
            {
                return new(false, good, good + 1, fault);
            }

            good = entry.Seq;
            before = entry.Mac;
        }

        return Conclude(head, good, before);
    }

    private static AuditVerdict Conclude(Head head, long good, byte[] last)
    {
        // The first start writes the first entry, so a trail without a sealed head has been emptied.
        return head.IsGenuine && head.Seq > good ? new(false, good, good + 1, $"is missing, and with it all up to {head.Seq}")
            : !head.IsGenuine ? new(false, good, good + 1, "may be missing: the end of the trail is not as it was written")
            : head.Seq != good || !head.Last.AsSpan().SequenceEqual(last) ? new(false, good, good, "was added to the end")
            : new(true, good, null, null);
    }

    private string? FaultOf(AuditEntry entry, long expected, byte[] before) =>
        entry.Seq != expected ? "is missing"
        : !IsGenuine(entry.RingKey, key => AuditSeal.Of(entry, before, key), entry.Mac) ? "is not as it was written, or not where it was written"
        : null;

    private bool IsGenuine(string ringKey, Func<RingKey, byte[]> seal, byte[] mac) =>
        ring.Find(ringKey) is { } key && CryptographicOperations.FixedTimeEquals(seal(key), mac);

    private async Task<Head> ReadHeadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand("select seq, last_mac, ring_key, mac from audit_head", connection);
        await using var row = await select.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct))
        {
            return new(0, [], IsGenuine: false);
        }

        var (seq, last, mac) = (row.GetInt64(0), row.GetFieldValue<byte[]>(1), row.GetFieldValue<byte[]>(3));
        return new(seq, last, IsGenuine(row.GetString(2), key => AuditSeal.OfHead(seq, last, key), mac));
    }

    private static AuditEntry Read(NpgsqlDataReader row) => new()
    {
        Seq = row.GetInt64(0),
        At = row.GetFieldValue<DateTimeOffset>(1),
        KeyId = row.IsDBNull(2) ? null : row.GetGuid(2),
        Who = row.GetString(3),
        What = row.GetString(4),
        Subject = row.GetString(5),
        Tenant = row.IsDBNull(6) ? null : row.GetString(6),
        Address = row.IsDBNull(7) ? null : row.GetString(7),
        Outcome = Enum.Parse<AuditOutcome>(row.GetString(8), ignoreCase: true),
        Detail = row.GetString(9),
        RingKey = row.GetString(10),
        Mac = row.GetFieldValue<byte[]>(11),
    };

    private sealed record Head(long Seq, byte[] Last, bool IsGenuine);
}
