using Provisioner;

namespace HetznerSimulator.Hosts;

/// <summary>Snapshots. A server from one goes on reading its tree, so a deleted snapshot's tree stays until the last such server is gone.</summary>
internal sealed class SharedTrees(string folder, Trash trash)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> users = new(StringComparer.Ordinal);
    private readonly HashSet<string> deleted = new(StringComparer.Ordinal);

    /// <summary>Lets <paramref name="copy"/> fill the folder of a new snapshot; returns what it returns.</summary>
    public Task<long> AddAsync(long snapshot, Func<string, Task<long>> copy)
    {
        Directory.CreateDirectory(folder);
        return copy(PathOf(snapshot));
    }

    /// <summary>The snapshot's tree, for a server that will <see cref="LeaveAsync"/> it.</summary>
    /// <exception cref="ProvisioningException"><c>no_such_image</c>.</exception>
    public string Use(long snapshot)
    {
        var path = PathOf(snapshot);
        lock (gate)
        {
            if (deleted.Contains(path) || !Directory.Exists(path))
            {
                throw new ProvisioningException("no_such_image", $"There is no snapshot {snapshot}.");
            }

            users[path] = users.GetValueOrDefault(path) + 1;
            return path;
        }
    }

    /// <summary>A tree that is no snapshot is left alone.</summary>
    public async Task LeaveAsync(string path, CancellationToken ct)
    {
        lock (gate)
        {
            if (!users.TryGetValue(path, out var count))
            {
                return;
            }

            users[path] = count - 1;
        }

        await RemoveUnusedAsync(path, ct);
    }

    public async Task DeleteAsync(long snapshot, CancellationToken ct)
    {
        var path = PathOf(snapshot);
        lock (gate)
        {
            deleted.Add(path);
        }

        await RemoveUnusedAsync(path, ct);
    }

    private async Task RemoveUnusedAsync(string path, CancellationToken ct)
    {
        lock (gate)
        {
            if (!deleted.Contains(path) || users.GetValueOrDefault(path) > 0)
            {
                return;
            }
        }

        await trash.DiscardAsync(path, ct);
    }

    private string PathOf(long snapshot) => Path.Combine(folder, $"{snapshot}");
}
