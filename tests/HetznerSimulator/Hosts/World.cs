using System.Diagnostics;
using System.Security.Cryptography;
using Provisioner.Local;
using Provisioner.Processes;

namespace HetznerSimulator.Hosts;

/// <summary>
/// The id and folder of one simulator. All that it makes in the system is named after the id, so that it can be removed when
/// nobody is left who remembers it: by a guardian process that waits for our end, or by the next simulator.
/// </summary>
internal sealed class World : IAsyncDisposable
{
    private const string Prefix = "cph";

    /// <summary>In the background it is nobody's child, so what kills us and our children does not kill it.</summary>
    private const string Guardian =
        """
        exec 3<&0
        {
          trap '' HUP INT TERM
          cat <&3 >/dev/null
          exec sh -c "$1" remove-world.sh "$2"
        } >/dev/null 2>&1 &
        """;

    /// <summary>What all worlds of the machine have in common, whatever folder they are in.</summary>
    public const string Shared = "/run/controlplane-hosts";

    private readonly FileLock alive;
    private readonly Process guardian;
    private bool gone;

    private World(string id, string folder, FileLock alive, Process guardian)
    {
        Id = id;
        Folder = folder;
        Trash = new Trash(Path.GetDirectoryName(folder)!);
        this.alive = alive;
        this.guardian = guardian;
    }

    /// <summary>Ten characters at most, so that with a dash and a number it still fits a network link's fifteen.</summary>
    public string Id { get; }

    public string Folder { get; }

    public Trash Trash { get; }

    /// <summary>Opens a world of its own under <paramref name="root"/>, with a network that no other has.</summary>
    public static async Task<World> OpenAsync(string root, Func<World, Task> setUp, CancellationToken ct)
    {
        Directory.CreateDirectory(root);
        Directory.CreateDirectory(Shared);
        // One at a time, so that no two choose the same network.
        using var alone = await FileLock.TakeAsync(Path.Combine(Shared, "lock"), ct);
        var id = $"{Prefix}{RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", 5)}";
        var folder = Path.Combine(root, id);
        // Locked before it exists, else another simulator could take it for abandoned.
        var mine = FileLock.TryTake(LockOf(folder)) ?? throw new InvalidOperationException($"World {id} is taken.");
        Directory.CreateDirectory(folder);
        var world = new World(id, folder, mine, Process.Start(new ProcessStartInfo("sh", ["-c", Guardian, "sh", HostScript.RemoveWorld, folder])
        {
            RedirectStandardInput = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        })!);
        try
        {
            await setUp(world);
            return world;
        }
        catch
        {
            world.LetGo();
            throw;
        }
    }

    /// <summary>Removes what dead simulators left; the worlds of living ones stay as they are.</summary>
    /// <returns>The ids of the worlds removed.</returns>
    public static async Task<IReadOnlyList<string>> RemoveAbandonedAsync(string root, CancellationToken ct)
    {
        List<string> removed = [];
        foreach (var folder in Directory.Exists(root) ? Directory.GetDirectories(root, Prefix + "*") : [])
        {
            using (var abandoned = FileLock.TryTake(LockOf(folder)))
            {
                if (abandoned is null)
                {
                    continue;
                }
            }

            await RemoveAsync(folder, ct);
            removed.Add(Path.GetFileName(folder));
        }

        return removed;
    }

    public async ValueTask DisposeAsync()
    {
        if (!gone)
        {
            LetGo();
            await RemoveAsync(Folder, CancellationToken.None);
        }
    }

    private static async Task RemoveAsync(string folder, CancellationToken ct)
    {
        (await new Command("sh", "-c", HostScript.RemoveWorld, "remove-world.sh", folder).RunAsync(ct)).OrThrow($"Could not remove all of {folder}");
        if (Directory.Exists(folder))
        {
            throw new IOException($"{folder} could not be removed. See what holds it: grep {Path.GetFileName(folder)} /proc/mounts");
        }
    }

    /// <summary>From here on the guardian removes the world, and anybody who is faster.</summary>
    private void LetGo()
    {
        gone = true;
        alive.Dispose();
        guardian.StandardInput.Close();
        guardian.Dispose();
    }

    private static string LockOf(string folder) => folder + ".lock";
}
