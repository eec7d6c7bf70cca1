using System.Text.Json;

namespace Migrator.Fleet;

/// <summary>
/// A journal in a file: a line of JSON per result, the last one of a database counts. A lock file beside it, held open,
/// keeps two runs apart and is free again when its holder crashes.
/// </summary>
/// <param name="path">Created when missing.</param>
public sealed class FileJournal(string path) : IFleetJournal
{
    private readonly SemaphoreSlim turn = new(1);
    private FileStream? lines;

    public async Task<IAsyncDisposable> ClaimAsync(string run, CancellationToken ct)
    {
        FileStream claim;
        try
        {
            // Only a file that is shared with nobody is locked against others on every system.
            claim = new FileStream($"{path}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new MigrationException(MigrationError.Busy, $"{await HolderAsync(ct)} is working on this list. Wait for it, or stop it first.", e) { File = path };
        }

        await File.WriteAllTextAsync($"{path}.holder", $"{run} (process {Environment.ProcessId})", ct);
        await EndCutLineAsync(ct);
        lines = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        return new Claim(claim, lines);
    }

    public async Task RecordAsync(TargetResult result, CancellationToken ct)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(result, JournalJson.Default.TargetResult), (byte)'\n'];
        await turn.WaitAsync(ct);
        try
        {
            await lines!.WriteAsync(line, ct);
            await lines.FlushAsync(ct);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>The last result of each database, in no order; empty before the first run. A line cut off by a crash is left out.</summary>
    public IReadOnlyDictionary<string, TargetResult> Read()
    {
        var results = new Dictionary<string, TargetResult>(StringComparer.Ordinal);
        if (!File.Exists(path)) return results;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (!line.EndsWith('}')) continue;
            var result = JsonSerializer.Deserialize(line, JournalJson.Default.TargetResult)!;
            results[result.Target] = result;
        }

        return results;
    }

    private async Task EndCutLineAsync(CancellationToken ct)
    {
        await using var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        if (stream.Length == 0) return;
        stream.Seek(-1, SeekOrigin.End);
        if (stream.ReadByte() == '\n') return;
        await stream.WriteAsync("\n"u8.ToArray(), ct);
    }

    private async Task<string> HolderAsync(CancellationToken ct) =>
        File.Exists($"{path}.holder") ? await File.ReadAllTextAsync($"{path}.holder", ct) : "Another run";

    private sealed class Claim(FileStream claim, FileStream lines) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await lines.DisposeAsync();
            await claim.DisposeAsync();
        }
    }
}
