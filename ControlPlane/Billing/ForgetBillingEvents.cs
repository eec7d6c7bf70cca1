using ControlPlane.Operations;
using Npgsql;

namespace ControlPlane.Billing;

/// <summary>
/// Clears away events that nobody sends any more. A signature counts for minutes, but a billing system signs and sends an event
/// again for days when it got no answer.
/// </summary>
public sealed class ForgetBillingEvents(NpgsqlDataSource catalog) : Chore
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public override string Cron => "0 43 3 * * ?";

    public override async Task RunAsync(CancellationToken ct)
    {
        await using var delete = catalog.CreateCommand("delete from billing_events where created_at < now() - $1");
        delete.Parameters.Add(new() { Value = Kept });
        await delete.ExecuteNonQueryAsync(ct);
    }
}
