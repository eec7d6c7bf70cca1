using ControlPlane.Catalog;
using Npgsql;

namespace ControlPlane.Operations;

/// <summary>
/// Runs on every node. Wakes what should be running and is not: its worker died, or its wake-up was lost. Tells somebody when
/// a step is late.
/// </summary>
public sealed class OperationSweeper(
    NpgsqlDataSource catalog, OperationHands hands, Findings findings, ILogger<OperationSweeper> log) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception error) when (Transient.Is(error))
            {
                log.LogWarning("Sweeping waits for the catalog: {Reason}", error.Message);
            }
        }
    }

    internal async Task SweepAsync(CancellationToken ct)
    {
        // A fresh one gets a moment, for its own wake-up is usually on its way.
        const string due = """
            select id from operations
            where state in ('pending', 'running', 'waiting', 'undoing') and wake_at < now() - interval '2 seconds'
              and (lease_until is null or lease_until < now())
            order by wake_at limit 100
            """;
        await using (var command = catalog.CreateCommand(due))
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                hands.Start(reader.GetGuid(0));
            }
        }

        await ReportLateAsync(ct);
    }

    private async Task ReportLateAsync(CancellationToken ct)
    {
        const string late = """
            select o.id, o.workflow, o.subject, s.name, now() - o.step_deadline
            from operations o join operation_steps s on s.operation_id = o.id and s.position = o.step
            where o.state in ('running', 'waiting', 'undoing') and o.step_deadline < now()
            """;
        var seen = new List<string>();
        await using var command = catalog.CreateCommand(late);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var id = reader.GetGuid(0);
            seen.Add(id.ToString());
            await findings.ReportAsync(
                "step_late",
                id.ToString(),
                $"{reader.GetString(1)} of {reader.GetString(2)}: step {reader.GetString(3)} is {reader.GetTimeSpan(4):c} past its deadline.",
                $"Watch it with: ctl operations watch {id}",
                ct);
        }

        await findings.ResolveOthersAsync("step_late", seen, ct);
    }
}
