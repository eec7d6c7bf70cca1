using Provisioner.Processes;

namespace HetznerSimulator.Hosts;

/// <summary>A host's disk: a layer of its own over a tree that it shares, or a copy where the file system knows no layers.</summary>
internal sealed class HostTree(string folder, Trash trash)
{
    public string Root => Path.Combine(folder, "root");

    private string Upper => Path.Combine(folder, "upper");

    private string Work => Path.Combine(folder, "work");

    /// <summary>Makes it; it begins as <paramref name="source"/>, which must stay as it is.</summary>
    public async Task CreateAsync(string source, CancellationToken ct)
    {
        foreach (var part in new[] { Root, Upper, Work })
        {
            Directory.CreateDirectory(part);
        }

        var layers = await new Command("mount", "-t", "overlay", "overlay", "-o", $"lowerdir={source},upperdir={Upper},workdir={Work}", Root).RunAsync(ct);
        if (!layers.Succeeded)
        {
            (await new Command("cp", "--archive", "--reflink=auto", $"{source}/.", Root).RunAsync(ct)).OrThrow($"Could not copy {source} for a host (layers failed, too: {layers.Error.Trim()})");
        }
    }

    /// <summary>A copy in its present state at <paramref name="target"/>, which appears whole or not at all; returns its size in bytes.</summary>
    public async Task<long> CopyAsync(string target, CancellationToken ct)
    {
        var unfinished = target + ".unfinished";
        Directory.CreateDirectory(unfinished);
        (await new Command("cp", "--archive", "--one-file-system", "--reflink=auto", $"{Root}/.", unfinished).RunAsync(ct)).OrThrow($"Could not copy {Root}");
        var used = (await new Command("du", "--summarize", "--block-size=1", unfinished).RunAsync(ct)).OrThrow($"Could not measure {unfinished}").Output;
        Directory.Move(unfinished, target);
        return long.Parse(used.Split('\t')[0]);
    }

    public async Task DeleteAsync(CancellationToken ct)
    {
        if ((await new Command("mountpoint", "--quiet", Root).RunAsync(ct)).Succeeded)
        {
            (await new Command("umount", Root).RunAsync(ct)).OrThrow($"Could not unmount {Root}");
        }

        await trash.DiscardAsync(folder, ct);
    }
}
