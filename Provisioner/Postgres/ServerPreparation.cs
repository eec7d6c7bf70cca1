using Npgsql;
using static Provisioner.Postgres.SqlText;

namespace Provisioner.Postgres;

/// <summary>What must be so before the first tenant moves in: a server that is new enough, an administrator who may, and no way into the server's own databases.</summary>
internal sealed class ServerPreparation(NpgsqlConnectionStringBuilder admin, NpgsqlDataSource maintenance) : IDisposable
{
    private readonly SemaphoreSlim once = new(1);
    private bool isDone;

    /// <summary>Closes the server's own databases to tenants; later calls cost nothing.</summary>
    public async Task EnsureAsync(CancellationToken ct)
    {
        if (Volatile.Read(ref isDone))
        {
            return;
        }

        await once.WaitAsync(ct);
        try
        {
            if (!isDone)
            {
                await PrepareAsync(ct);
                Volatile.Write(ref isDone, true);
            }
        }
        finally
        {
            once.Release();
        }
    }

    public void Dispose() => once.Dispose();

    private async Task PrepareAsync(CancellationToken ct)
    {
        await using var connection = await maintenance.OpenConnectionAsync(ct);
        await using (var command = new NpgsqlCommand(
            "select current_setting('server_version_num')::int / 10000, (select rolsuper from pg_roles where rolname = current_user)", connection))
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            await reader.ReadAsync(ct);
            if (reader.GetInt32(0) < Local.ServerBinaries.OldestMajorVersion)
            {
                throw new ProvisioningException("server_too_old", $"{admin.Host}:{admin.Port} runs PostgreSQL {reader.GetInt32(0)}. Upgrade it to {Local.ServerBinaries.OldestMajorVersion} or newer.");
            }

            if (!reader.GetBoolean(1))
            {
                throw new ProvisioningException("not_superuser", $"Role {admin.Username} on {admin.Host}:{admin.Port} is no superuser. Give the control plane a superuser of that server.");
            }
        }

        // Two sessions that alter the same database at once would fail one of them.
        await using var close = new NpgsqlCommand(
            Block($"""
                {Guards.OneAtATime("server")}
                if exists (select from pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
                           where d.datname in ('postgres', 'template1') and a.grantee = 0) then
                  revoke all on database postgres, template1 from public;
                end if;
                """),
            connection);
        await close.ExecuteNonQueryAsync(ct);
    }
}
