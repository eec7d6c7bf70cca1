using Provisioner;
using Provisioner.Processes;

namespace HetznerSimulator.Hosts;

/// <summary>What this machine must have before it can boot real hosts.</summary>
public static class HostRequirements
{
    private static readonly (string Program, string Package)[] Programs =
    [
        ("systemd-nspawn", "systemd-container"),
        ("debootstrap", "debootstrap"),
        ("nft", "nftables"),
        ("ip", "iproute2"),
        ("ssh", "openssh-client"),
        ("ansible-playbook", "ansible-core"),
    ];

    /// <summary>Why real hosts cannot run here, in words that help, or null when they can.</summary>
    public static async Task<string?> WhyNotAsync(CancellationToken ct)
    {
        if (!OperatingSystem.IsLinux())
        {
            return "Real hosts need Linux.";
        }

        if (!Environment.IsPrivilegedProcess)
        {
            return "Real hosts need root. Run as root, or in a virtual machine of your own.";
        }

        if (!(await new Command("unshare", "--mount", "--net", "--pid", "--fork", "true").RunAsync(ct)).Succeeded)
        {
            return "Real hosts need namespaces, which this machine (a container?) does not allow. Use a virtual machine.";
        }

        return Missing() is { Count: > 0 } missing && !CanInstall
            ? $"Real hosts need packages that are missing. Type: sudo apt-get install {string.Join(' ', missing)}"
            : null;
    }

    /// <summary>Installs the distribution's packages that are missing.</summary>
    /// <exception cref="ProvisioningException"><c>hosts_impossible</c>: the machine cannot run hosts. <c>command_failed</c>: an installation failed.</exception>
    public static async Task PrepareAsync(CancellationToken ct)
    {
        if (await WhyNotAsync(ct) is { } reason)
        {
            throw new ProvisioningException("hosts_impossible", reason);
        }

        if (Missing() is { Count: > 0 } missing)
        {
            await AptGetAsync($"Could not read the package lists, needed for {string.Join(' ', missing)}. Check the network", ct, "update");
            await AptGetAsync("Could not install what real hosts need", ct, ["install", "--yes", "--no-install-recommends", .. missing]);
        }
    }

    private static bool CanInstall => File.Exists("/usr/bin/apt-get");

    private static List<string> Missing()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return [.. Programs.Where(p => !folders.Any(folder => File.Exists(Path.Combine(folder, p.Program)))).Select(p => p.Package)];
    }

    private static async Task AptGetAsync(string purpose, CancellationToken ct, params string[] arguments) =>
        (await new Command("apt-get", ["-o", "DPkg::Lock::Timeout=300", .. arguments])
        {
            Variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["DEBIAN_FRONTEND"] = "noninteractive" },
        }.RunAsync(ct)).OrThrow(purpose);
}
