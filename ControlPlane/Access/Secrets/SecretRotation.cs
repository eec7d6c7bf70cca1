using Npgsql;

namespace ControlPlane.Access.Secrets;

/// <summary>
/// Encrypts every secret of the catalog again with the newest key. Reads go on meanwhile, and a row that somebody changes at
/// the same time keeps that change. The older keys stay needed: the audit trail was sealed with them.
/// </summary>
public sealed class SecretRotation(SecretBox box)
{
    /// <summary>Every column that holds secrets, and how its row's place is named.</summary>
    private static readonly (string Table, string Column, Func<Guid, string> Place)[] Columns =
    [
        ("servers", "admin_secret", SecretPlaces.ServerAdmin),
        ("tenant_databases", "password_secret", SecretPlaces.DatabasePassword),
        ("machines", "host_key_secret", SecretPlaces.MachineHostKey),
        ("machines", "database_secret", SecretPlaces.MachineDatabase),
        ("machines", "runtime_key_secret", SecretPlaces.MachineRuntimeKey),
        ("installation", "ssh_secret", SecretPlaces.InstallationSshKey),
        ("acme_accounts", "key_secret", SecretPlaces.AcmeAccountKey),
        ("certificates", "key_secret", SecretPlaces.CertificateKey),
    ];

    /// <summary>Does nothing to what is encrypted with the newest key already.</summary>
    /// <returns>How many secrets were encrypted again.</returns>
    public async Task<int> RunAsync(NpgsqlConnection catalog, CancellationToken ct)
    {
        var renewed = 0;
        foreach (var (table, column, place) in Columns)
        {
            foreach (var (id, old) in await ReadOldAsync(catalog, table, column, ct))
            {
                var now = box.Protect(box.Unprotect(old, place(id)), place(id));
                await using var update = new NpgsqlCommand($"update {table} set {column} = $1 where id = $2 and {column} = $3", catalog);
                update.Parameters.Add(new() { Value = now });
                update.Parameters.Add(new() { Value = id });
                update.Parameters.Add(new() { Value = old });
                renewed += await update.ExecuteNonQueryAsync(ct);
            }
        }

        return renewed;
    }

    private async Task<List<(Guid Id, string Secret)>> ReadOldAsync(NpgsqlConnection catalog, string table, string column, CancellationToken ct)
    {
        var old = new List<(Guid, string)>();
        await using var select = new NpgsqlCommand($"select id, {column} from {table} where {column} <> '' order by id", catalog);
        await using var rows = await select.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            if (!box.IsCurrent(rows.GetString(1)))
            {
                old.Add((rows.GetGuid(0), rows.GetString(1)));
            }
        }

        return old;
    }
}
