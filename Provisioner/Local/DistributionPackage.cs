using Provisioner.Processes;

namespace Provisioner.Local;

/// <summary>Installs the distribution's PostgreSQL without letting it start a cluster of its own.</summary>
internal static class DistributionPackage
{
    private const string ClusterSettings = "/etc/postgresql-common/createcluster.conf";

    /// <summary>Debian and its relatives only, and only root.</summary>
    public static bool CanInstall => Environment.IsPrivilegedProcess && File.Exists("/usr/bin/apt-get");

    public static async Task InstallAsync(CancellationToken ct)
    {
        (await AptGetAsync(ct, "update")).OrThrow("Could not read the distribution's package lists. Check the network, or install PostgreSQL yourself");
        await InstallAsync("postgresql-common", ct);

        // The package's script would otherwise create and start a cluster on port 5432 of a machine that is not ours.
        var settings = await File.ReadAllTextAsync(ClusterSettings, ct);
        await File.AppendAllTextAsync(ClusterSettings, "\ncreate_main_cluster = false\n", ct);
        try
        {
            await InstallAsync("postgresql", ct);
        }
        finally
        {
            await File.WriteAllTextAsync(ClusterSettings, settings, CancellationToken.None);
        }
    }

    private static async Task InstallAsync(string package, CancellationToken ct) =>
        (await AptGetAsync(ct, "install", "--yes", "--no-install-recommends", package))
            .OrThrow($"Could not install '{package}'. Try: apt-get install postgresql");

    private static Task<CommandResult> AptGetAsync(CancellationToken ct, params string[] arguments) =>
        new Command("apt-get", ["-o", "DPkg::Lock::Timeout=300", .. arguments])
        {
            Variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["DEBIAN_FRONTEND"] = "noninteractive" },
        }.RunAsync(ct);
}
