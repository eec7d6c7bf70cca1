using Provisioner.Processes;

namespace HetznerSimulator.Hosts;

/// <summary>
/// Where folders go that are done with. Thousands of files take many seconds to remove, which nobody should wait for; what is
/// not removed when this process ends goes on, and what a crash leaves is removed with the next world.
/// </summary>
internal sealed class Trash(string worlds)
{
    private const string Remove =
        """
        mv "$1" "$2"
        rm -rf --one-file-system "$2" </dev/null >/dev/null 2>&1 &
        """;

    /// <summary>A missing folder is no error.</summary>
    public async Task DiscardAsync(string folder, CancellationToken ct)
    {
        if (Directory.Exists(folder))
        {
            (await new Command("sh", "-euc", Remove, "sh", folder, Path.Combine(worlds, $"trash-{Guid.CreateVersion7():N}")).RunAsync(ct)).OrThrow($"Could not remove {folder}");
        }
    }
}
