using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Provisioner.Local;

/// <summary>Makes a cluster's data folder, and chooses the programs that fit it.</summary>
internal static class ClusterData
{
    /// <summary>The programs of the version that made the data, or the first found for a new cluster; installs them when it may.</summary>
    public static async Task<ServerBinaries> ChooseBinariesAsync(ClusterHome home, EmbeddedPostgresOptions options, ILogger log, CancellationToken ct)
    {
        var found = await ServerBinaries.FindAsync(options.BinariesFolder, ct);
        if (found.Count == 0 && options is { BinariesFolder: null, MayInstall: true } && DistributionPackage.CanInstall)
        {
            log.LogInformation("No PostgreSQL found; installing the distribution's package");
            await DistributionPackage.InstallAsync(ct);
            found = await ServerBinaries.FindAsync(onlyIn: null, ct);
        }

        if (found.Count == 0)
        {
            throw new ProvisioningException("no_server_binaries", options.BinariesFolder is { } folder
                ? $"No PostgreSQL {ServerBinaries.OldestMajorVersion} or newer in {folder}. Name the folder that holds postgres, initdb and pg_dump."
                : $"No PostgreSQL {ServerBinaries.OldestMajorVersion} or newer on this machine. Type: sudo apt-get install postgresql (Debian, Ubuntu), sudo dnf install postgresql-server (Fedora) or brew install postgresql@17 (macOS).");
        }

        var versionFile = Path.Combine(home.Data, "PG_VERSION");
        if (!File.Exists(versionFile))
        {
            return found[0];
        }

        var version = int.Parse(await File.ReadAllTextAsync(versionFile, ct), CultureInfo.InvariantCulture);
        return found.FirstOrDefault(b => b.MajorVersion == version)
            ?? throw new ProvisioningException("no_server_binaries", $"Cluster '{home.Name}' was made by PostgreSQL {version}, which is not installed any more. Type: sudo apt-get install postgresql-{version}");
    }

    /// <summary>Does nothing when the data are there; a half-made folder from a killed start is thrown away.</summary>
    public static async Task InitialiseAsync(ClusterHome home, ServerBinaries binaries, ClusterProfile profile, CancellationToken ct)
    {
        if (Directory.Exists(home.Data))
        {
            return;
        }

        if (!File.Exists(home.PasswordFile))
        {
            await home.Account.WriteAsync(home.PasswordFile, RandomNumberGenerator.GetHexString(48, lowercase: true), ct);
        }

        var unfinished = home.Data + ".new";
        await home.Account.RemoveAsync(unfinished, ct);
        (await home.Account.Command(
            binaries.Program("initdb"),
            [
                "--pgdata", unfinished,
                "--username", ClusterFiles.Superuser,
                "--pwfile", home.PasswordFile,
                "--auth", "scram-sha-256",
                "--encoding", "UTF8",
                "--locale", OperatingSystem.IsLinux() ? "C.UTF-8" : "en_US.UTF-8",
                "--no-instructions",
                profile.IsDurable ? "--data-checksums" : "--no-sync",
            ]).RunAsync(ct)).OrThrow($"Could not make the PostgreSQL cluster in {home.Folder}");
        await home.Account.RenameAsync(unfinished, home.Data, ct);
    }
}
