using Provisioner.Processes;

namespace HetznerSimulator.Tests.Hosts;

/// <summary>What a simulator's hosts leave in the system.</summary>
internal static class Traces
{
    /// <summary>Links, namespaces, rules, mounts, control groups, files and processes that bear the id, a line each.</summary>
    public static async Task<string> OfAsync(string id, string folder)
    {
        const string Look =
            """
            {
              ip link; ip netns; nft list tables; cat /proc/mounts; find /sys/fs/cgroup -type d; find "$2" -maxdepth 4 -not -path "*/trash-*"
              grep -aho -e '--machine=cph[^-]*' /proc/[0-9]*/cmdline
            } 2>/dev/null | grep -F "$1"
            """;
        return (await new Command("sh", "-c", Look, "sh", id, folder).RunAsync(CancellationToken.None)).Output;
    }
}
