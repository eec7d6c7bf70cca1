using Provisioner;
using Provisioner.Processes;

namespace HetznerSimulator.Hosts;

/// <summary>What hosts take over from the machine they run on, so that they reach the same mirrors in the same way.</summary>
/// <param name="Mirror">Where Debian's packages come from.</param>
/// <param name="SecurityMirror">Where its security updates come from.</param>
/// <param name="AptSettings">How to get there (proxies and the like), as lines of apt's configuration.</param>
/// <param name="NameServers">A <c>resolv.conf</c> that is of use in a namespace of its own.</param>
/// <param name="Mtu">Of the way out; larger packets would be lost.</param>
internal sealed record OuterMachine(string Mirror, string SecurityMirror, string AptSettings, string NameServers, int Mtu)
{
    private static readonly string[] Reaching = ["Acquire::http", "Acquire::https", "Acquire::Check-", "Acquire::Retries", "Acquire::ForceIPv", "Acquire::Allow"];

    public static async Task<OuterMachine> ReadAsync(CancellationToken ct)
    {
        var sources = await RunAsync(ct, "apt-get", "indextargets", "--format", "$(LABEL) $(REPO_URI)");
        var settings = await RunAsync(ct, "apt-config", "dump");
        return new OuterMachine(
            MirrorOf("Debian", sources),
            MirrorOf("Debian-Security", sources),
            string.Concat(settings.Split('\n').Where(line => Array.Exists(Reaching, r => line.StartsWith(r, StringComparison.Ordinal))).Select(line => line + "\n")),
            await ReadNameServersAsync(ct),
            await ReadMtuAsync(ct));
    }

    private static string MirrorOf(string label, string sources) =>
        sources.Split('\n').Select(line => line.Split(' ')).FirstOrDefault(line => line[0] == label)?[1].TrimEnd('/')
        ?? throw new ProvisioningException("no_mirror", $"This machine's apt knows no mirror of {label}, which hosts are made from. Add one to its sources, then run: apt-get update");

    /// <summary>A resolver on loopback cannot be reached from elsewhere; systemd's own keeps the real ones in a second file.</summary>
    private static async Task<string> ReadNameServersAsync(CancellationToken ct)
    {
        foreach (var file in new[] { "/etc/resolv.conf", "/run/systemd/resolve/resolv.conf" })
        {
            if (File.Exists(file) && await File.ReadAllTextAsync(file, ct) is var text && !text.Contains("nameserver 127.", StringComparison.Ordinal))
            {
                return text;
            }
        }

        throw new ProvisioningException("no_name_server", "The name servers in /etc/resolv.conf are on loopback, which hosts cannot reach. Name another one there.");
    }

    private static async Task<int> ReadMtuAsync(CancellationToken ct)
    {
        var words = (await RunAsync(ct, "ip", "-4", "route", "show", "default")).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        var device = Array.IndexOf(words, "dev");
        return device < 0 ? 1500 : int.Parse(await File.ReadAllTextAsync($"/sys/class/net/{words[device + 1]}/mtu", ct));
    }

    private static async Task<string> RunAsync(CancellationToken ct, string program, params string[] arguments) =>
        (await new Command(program, arguments).RunAsync(ct)).OrThrow($"Cannot read the settings of this machine that its hosts need ({program})").Output;
}
