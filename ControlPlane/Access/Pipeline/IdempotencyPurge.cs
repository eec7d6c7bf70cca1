using ControlPlane.Operations;
using Npgsql;

namespace ControlPlane.Access.Pipeline;

/// <summary>Clears away answers that are older than a day.</summary>
public sealed class IdempotencyPurge(NpgsqlDataSource catalog) : Chore
{
    public override string Cron => "0 17 * * * ?";

    public override async Task RunAsync(CancellationToken ct)
    {
        await using var delete = catalog.CreateCommand("delete from idempotency_keys where created_at < now() - interval '24 hours'");
        await delete.ExecuteNonQueryAsync(ct);
    }
}
