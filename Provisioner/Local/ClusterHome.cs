using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Provisioner.Local;

/// <summary>The folder of one cluster, and the account that owns all in it.</summary>
internal sealed record ClusterHome(string Name, string Folder, ServerAccount Account)
{
    /// <summary>Used by root when the wanted folder lies where an unprivileged account cannot enter.</summary>
    public const string Elsewhere = "/var/lib/controlplane";

    private const string OriginFile = "origin";

    public string Data => Path.Combine(Folder, "data");

    public string Log => Path.Combine(Folder, "server.log");

    public string PasswordFile => Path.Combine(Folder, "superuser.password");

    public string PortFile => Path.Combine(Folder, "port");

    /// <summary>Finds or makes the folder <paramref name="visible"/>, or one elsewhere to which <paramref name="visible"/> then points.</summary>
    public static async Task<ClusterHome> LocateAsync(string visible, ILogger log, CancellationToken ct)
    {
        var name = Path.GetFileName(visible);
        if (new DirectoryInfo(visible).LinkTarget is { } target)
        {
            return Directory.Exists(target)
                ? new ClusterHome(name, target, await ServerAccount.ChooseAsync(target, ct))
                : throw new ProvisioningException("cluster_folder_gone", $"{visible} points to {target}, which is gone. Put it back, or remove the link to begin with an empty cluster.");
        }

        var account = await ServerAccount.ChooseAsync(visible, ct);
        var isNew = !Directory.Exists(visible);
        await account.CreateFolderAsync(visible, ct);
        if (await account.CanEnterAsync(visible, ct))
        {
            return new ClusterHome(name, visible, account);
        }

        // An empty one was left by a start that was killed right here.
        if (!Environment.IsPrivilegedProcess || (!isNew && Directory.EnumerateFileSystemEntries(visible).Any()))
        {
            throw new ProvisioningException("cluster_folder_closed", $"The account that owns {visible} cannot enter it. Let it through: chmod a+x on each folder above.");
        }

        Directory.Delete(visible);
        return await MakeElsewhereAsync(visible, account, log, ct);
    }

    /// <summary>Removes all data, and the pointer to them.</summary>
    public void Remove(string visible)
    {
        Directory.Delete(Folder, recursive: true);
        if (visible != Folder)
        {
            File.Delete(visible);
        }
    }

    private static async Task<ClusterHome> MakeElsewhereAsync(string visible, ServerAccount account, ILogger log, CancellationToken ct)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(visible)))[..16];
        var home = new ClusterHome(Path.GetFileName(visible), Path.Combine(Elsewhere, $"{Path.GetFileName(visible)}-{hash}"), account);
        Directory.CreateDirectory(Elsewhere);
        if (Directory.Exists(home.Folder))
        {
            await SetAsideAsync(home, log, ct);
        }

        await PointOutOrphansAsync(log, ct);
        await account.CreateFolderAsync(home.Folder, ct);
        await account.WriteAsync(Path.Combine(home.Folder, OriginFile), visible, ct);
        File.CreateSymbolicLink(visible, home.Folder);
        log.LogInformation("PostgreSQL's account cannot enter {Visible}, so the cluster lives in {Folder}; {Visible} points there", visible, home.Folder, visible);
        return home;
    }

    /// <summary>A project folder that is gone may only be not mounted, so its data are named but not deleted.</summary>
    private static async Task PointOutOrphansAsync(ILogger log, CancellationToken ct)
    {
        foreach (var origin in Directory.EnumerateFiles(Elsewhere, OriginFile, new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 }))
        {
            var pointer = await File.ReadAllTextAsync(origin, ct);
            if (new FileInfo(pointer).LinkTarget is null)
            {
                log.LogInformation("{Folder} belongs to {Pointer}, which is gone. Delete it when you do not need it", Path.GetDirectoryName(origin), pointer);
            }
        }
    }

    /// <summary>Without the pointer the old data belong to a project folder that was deleted; nobody but a person may delete them.</summary>
    private static async Task SetAsideAsync(ClusterHome orphan, ILogger log, CancellationToken ct)
    {
        if (await PostmasterFile.ReadAsync(orphan.Data, ct) is { } running)
        {
            await orphan.Account.Command("kill", "-QUIT", $"{running.ProcessId}").RunAsync(ct);
        }

        var aside = $"{orphan.Folder}.{TimeProvider.System.GetUtcNow():yyyyMMddHHmmss}";
        Directory.Move(orphan.Folder, aside);
        log.LogWarning("Set aside {Aside}, the cluster of an earlier project in the same folder. Delete it when you do not need it", aside);
    }
}
