using ControlPlane.Operations;
using Npgsql;

namespace ControlPlane.Runtimes;

/// <summary>
/// Clears away what runtimes once said and nobody asks for any more: processes that fell silent, what they held, and the ids by which
/// a usage report that is sent twice counts once.
/// </summary>
public sealed class ForgetOldReports(NpgsqlDataSource catalog) : Chore
{
    /// <summary>Far longer than a silent runtime counts, or than anybody sends a report again.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public override string Cron => "0 41 3 * * ?";

    public override async Task RunAsync(CancellationToken ct)
    {
        await using var batch = catalog.CreateBatch();
        foreach (var sql in (string[])
        [
            "delete from runtimes where seen_at < now() - $1",
            "delete from runtime_shares where until < now() - $1",
            "delete from usage_batches where received_at < now() - $1",
        ])
        {
            batch.BatchCommands.Add(new(sql) { Parameters = { new() { Value = Kept } } });
        }

        await batch.ExecuteNonQueryAsync(ct);
    }
}
