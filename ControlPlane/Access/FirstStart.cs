using System.Text.Json;
using ControlPlane.Access.Auditing;
using ControlPlane.Access.Keys;
using ControlPlane.Access.Secrets;
using ControlPlane.Api;
using Npgsql;

namespace ControlPlane.Access;

/// <summary>Makes an admin key when there is none that is valid, and leaves it in a file that only its owner may read; it is shown nowhere else.</summary>
public sealed partial class FirstStart(NpgsqlDataSource catalog, AuditTrail trail, AccessSettings settings, ILogger<FirstStart> log)
{
    /// <summary>Call after the catalog's migrations. Several nodes may call it at once.</summary>
    /// <returns>Whether a key was made.</returns>
    public async Task<bool> EnsureAdminAsync(CancellationToken ct)
    {
        await using var connection = await catalog.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // In a statement of its own: a node that waited for the lock must see what the other one committed.
        await using (var alone = new NpgsqlCommand("select 1 from audit_head for update", connection))
        {
            await alone.ExecuteNonQueryAsync(ct);
        }

        var text = KeyText.Create();
        await using var insert = new NpgsqlCommand(
            """
            insert into api_keys (id, name, prefix, hash, role, created_by)
            select $1, case when exists (select from api_keys where name = 'first-admin' and revoked_at is null) then 'admin-' || $2 else 'first-admin' end,
              $2, $3, 'admin', 'control-plane/first-start'
            where not exists (select from api_keys where role = 'admin' and revoked_at is null and (expires_at is null or expires_at > now()))
            returning name
            """,
            connection)
        {
            Parameters = { new() { Value = Guid.CreateVersion7() }, new() { Value = KeyText.PrefixOf(text)! }, new() { Value = KeyText.Hash(text) } },
        };
        if (await insert.ExecuteScalarAsync(ct) is not string name)
        {
            return false;
        }

        var caller = new Caller();
        caller.Become(Caller.Itself("first-start"));
        var detail = JsonSerializer.Serialize(new { name, role = Role.Admin }, ApiJson.Options);
        await trail.AppendAsync(connection, new(nameof(CreateKey), $"keys/{name}", null, AuditOutcome.Done, detail), caller, ct);
        // Before the commit: a file without a key is replaced at the next start, a key without its file would lock everybody out.
        Directory.CreateDirectory(Path.GetDirectoryName(settings.AdminKeyFile)!);
        OwnerOnlyFile.Create(settings.AdminKeyFile, text + "\n");
        await transaction.CommitAsync(ct);
        LogMade(log, settings.AdminKeyFile);
        return true;
    }

    [LoggerMessage(LogLevel.Information, "The first admin key is in {File}, readable by its owner only.")]
    private static partial void LogMade(ILogger log, string file);
}
