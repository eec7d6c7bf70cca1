using System.Diagnostics;
using Npgsql;

namespace ControlPlane.Runtimes;

/// <summary>Waits for runtimes to say that a revision is in force with them. Nothing that must be right depends on it.</summary>
public sealed class RuntimeHolds(NpgsqlDataSource catalog)
{
    /// <summary>A runtime that runs says so once a minute.</summary>
    private const string Heard = "seen_at > now() - interval '2 minutes'";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    /// <summary>Waits until all that were heard of lately know the revision; those that do not within that time are left out.</summary>
    public async Task<IReadOnlyList<string>> FindAwakeAsync(long revision, TimeSpan patience, CancellationToken ct)
    {
        var began = Stopwatch.StartNew();
        while (true)
        {
            var (awake, all) = await CountAsync(revision, ct);
            if (awake.Count == all || began.Elapsed > patience)
            {
                return awake;
            }

            await Task.Delay(Pause, ct);
        }
    }

    /// <summary>True when the revision is in force with all of these; false when that took too long.</summary>
    public async Task<bool> AwaitAsync(long revision, IReadOnlyList<string> runtimes, TimeSpan patience, CancellationToken ct)
    {
        var began = Stopwatch.StartNew();
        while (!runtimes.All((await CountAsync(revision, ct)).Awake.Contains))
        {
            if (began.Elapsed > patience)
            {
                return false;
            }

            await Task.Delay(Pause, ct);
        }

        return true;
    }

    private async Task<(IReadOnlyList<string> Awake, int All)> CountAsync(long revision, CancellationToken ct)
    {
        await using var command = catalog.CreateCommand(
            $"select coalesce(array_agg(key_id || ' ' || instance) filter (where revision >= @revision), '{{}}'), count(*)::int from runtimes where {Heard}");
        command.Parameters.AddWithValue("revision", revision);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return (reader.GetFieldValue<string[]>(0), reader.GetInt32(1));
    }
}
