using Provisioner.Processes;

namespace HetznerSimulator.Hosts;

/// <summary>
/// A machine's own control groups. Without them all machines would share one, and the init of each would manage the others'
/// services; with them its memory can be limited and all its processes be held still at once.
/// </summary>
internal sealed class ControlGroups(string path)
{
    private const string Root = "/sys/fs/cgroup";

    /// <summary>Puts the shell itself into each group given as an argument before <c>--</c>, then becomes the rest of its arguments.</summary>
    public const string Enter =
        """
        while [ "$1" != -- ]; do
          mkdir -p "$1"
          # Without the controller there is no limit, and the machine boots all the same.
          for above in "$(dirname "$(dirname "$1")")" "$(dirname "$1")"; do
            [ ! -e "$1/cgroup.controllers" ] || echo +memory > "$above/cgroup.subtree_control" || true
          done 2>/dev/null
          echo $$ > "$1/cgroup.procs"
          shift
        done
        shift
        exec "$@"
        """;

    private static bool IsUnified => File.Exists($"{Root}/cgroup.controllers");

    /// <summary>Their folders: one in the unified hierarchy, or one in each of the older ones that matter.</summary>
    public IEnumerable<string> Folders =>
        IsUnified
            ? [$"{Root}/{path}"]
            : new[] { "systemd", "unified", "memory", "freezer" }.Select(h => $"{Root}/{h}").Where(Directory.Exists).Select(h => $"{h}/{path}");

    /// <summary>Holds all processes still until disposed, so that a copy of their disk shows one moment.</summary>
    public async Task<IAsyncDisposable> FreezeAsync(CancellationToken ct)
    {
        var frozen = new Frozen(this);
        await SetFrozenAsync(frozen: true, ct);
        return frozen;
    }

    /// <summary>Where memory cannot be limited, nothing happens.</summary>
    public async Task LimitMemoryAsync(long bytes, CancellationToken ct)
    {
        var file = IsUnified ? $"{Root}/{path}/memory.max" : $"{Root}/memory/{path}/memory.limit_in_bytes";
        if (File.Exists(file))
        {
            await File.WriteAllTextAsync(file, $"{bytes}", ct);
        }
    }

    /// <summary>Kills every process that is left and removes the groups.</summary>
    public async Task RemoveAsync(CancellationToken ct)
    {
        // Deepest first. What is killed holds its group for a moment more.
        const string Remove =
            """
            while [ -d "$1" ]; do
              find "$1" -depth -type d | while read -r group; do
                while read -r pid; do kill -s KILL "$pid"; done < "$group/cgroup.procs"
                rmdir "$group"
              done 2>/dev/null
              [ ! -d "$1" ] || sleep 0.02
            done
            """;
        foreach (var folder in Folders)
        {
            (await new Command("sh", "-c", Remove, "sh", folder).RunAsync(ct)).OrThrow($"Could not remove {folder}");
        }
    }

    private async Task SetFrozenAsync(bool frozen, CancellationToken ct)
    {
        var (file, text) = IsUnified
            ? ($"{Root}/{path}/cgroup.freeze", frozen ? "1" : "0")
            : ($"{Root}/freezer/{path}/freezer.state", frozen ? "FROZEN" : "THAWED");
        if (!File.Exists(file))
        {
            return;
        }

        await File.WriteAllTextAsync(file, text, ct);
        if (frozen)
        {
            var seen = IsUnified ? $"{Root}/{path}/cgroup.events" : file;
            while (!(await File.ReadAllTextAsync(seen, ct)).Contains(IsUnified ? "frozen 1" : "FROZEN", StringComparison.Ordinal))
            {
                await Task.Delay(10, ct);
            }
        }
    }

    private sealed class Frozen(ControlGroups groups) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await groups.SetFrozenAsync(frozen: false, CancellationToken.None);
    }
}
