using Npgsql;

namespace Benchmarks.Runtime;

/// <summary>Looks again and again how many connections the server sees, and keeps the highest number.</summary>
internal sealed class BackendCount : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private readonly CancellationTokenSource stop = new();
    private readonly Task looking;

    /// <param name="name">The connections' application name, or the beginning of it.</param>
    public BackendCount(TenantFleet fleet, string name) => looking = LookAsync(fleet, name, stop.Token);

    public int Most { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await looking;
        stop.Dispose();
    }

    private async Task LookAsync(TenantFleet fleet, string name, CancellationToken ct)
    {
        await using var admin = NpgsqlDataSource.Create(fleet.Admin);
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                await using var command = admin.CreateCommand("select count(*)::int from pg_stat_activity where application_name like $1 || '%'");
                command.Parameters.Add(new() { Value = name });
                Most = Math.Max(Most, (int)(await command.ExecuteScalarAsync(ct))!);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Asked to stop.
        }
    }
}
