using Npgsql;

namespace ControlPlane.Catalog;

/// <summary>Opens, renews and closes findings. A finding is open once per kind and subject.</summary>
public sealed class Findings(NpgsqlDataSource catalog, ILogger<Findings> log)
{
    /// <summary>Opens a finding, or notes that it is still there. A new one is logged as a warning, so that somebody is told.</summary>
    /// <param name="server">Whom it is about; left out where it is not a server of ours yet.</param>
    public async Task ReportAsync(
        string kind, string subject, string detail, string advice, CancellationToken ct, Guid? server = null)
    {
        const string sql = """
            insert into findings (id, kind, subject, server_id, detail, advice) values (@id, @kind, @subject, (select id from servers where id = @server), @detail, @advice)
            on conflict (kind, subject) where resolved_at is null
            do update set last_seen = now(), detail = excluded.detail, advice = excluded.advice
            returning xmax = 0
            """;
        await using var command = catalog.CreateCommand(sql);
        command.Parameters.AddWithValue("id", Guid.CreateVersion7());
        command.Parameters.AddWithValue("kind", kind);
        command.Parameters.AddWithValue("subject", subject);
        command.Parameters.Add(new("server", NpgsqlTypes.NpgsqlDbType.Uuid) { Value = (object?)server ?? DBNull.Value });
        command.Parameters.AddWithValue("detail", detail);
        command.Parameters.AddWithValue("advice", advice);
        if ((bool)(await command.ExecuteScalarAsync(ct))!)
        {
            log.LogWarning("Finding {Kind} on {Subject}: {Detail} {Advice}", kind, subject, detail, advice);
        }
    }

    /// <summary>Closes one; nothing where it is not open.</summary>
    public async Task ResolveAsync(string kind, string subject, CancellationToken ct)
    {
        await using var command = catalog.CreateCommand("update findings set resolved_at = now() where kind = @kind and subject = @subject and resolved_at is null");
        command.Parameters.AddWithValue("kind", kind);
        command.Parameters.AddWithValue("subject", subject);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Closes every open finding of a kind (and server) whose subject is not among those just seen.</summary>
    /// <param name="since">When the look began: what was seen after that stays open. A look that puts right what it finds would otherwise, when it is repeated, close what nobody has read yet.</param>
    public async Task ResolveOthersAsync(string kind, IReadOnlyCollection<string> seen, CancellationToken ct, Guid? server = null, DateTimeOffset? since = null)
    {
        const string sql = """
            update findings set resolved_at = now()
            where kind = @kind and resolved_at is null and subject <> all (@seen)
              and (@server::uuid is null or server_id = @server)
              and (@since::timestamptz is null or last_seen < @since)
            """;
        await using var command = catalog.CreateCommand(sql);
        command.Parameters.AddWithValue("kind", kind);
        command.Parameters.AddWithValue("seen", seen.ToArray());
        command.Parameters.Add(new("server", NpgsqlTypes.NpgsqlDbType.Uuid) { Value = (object?)server ?? DBNull.Value });
        command.Parameters.Add(new("since", NpgsqlTypes.NpgsqlDbType.TimestampTz) { Value = (object?)since ?? DBNull.Value });
        await command.ExecuteNonQueryAsync(ct);
    }
}
