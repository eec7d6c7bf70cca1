using System.Security.Cryptography;
using System.Text;
using Provisioner;
using Provisioner.Processes;

namespace HetznerSimulator.Hosts;

/// <summary>The trees that fresh hosts are cloned from, made once per machine and kept under the hash of their recipe.</summary>
internal sealed class BaseTrees(string folder)
{
    /// <summary>The cloud's names of the system images that real hosts can have, and Debian's.</summary>
    private static readonly Dictionary<string, string> Suites = new(StringComparer.Ordinal) { ["debian-12"] = "bookworm" };

    /// <summary>The tree's folder; makes it first, which takes about 80 s, or waits for another process that makes it.</summary>
    /// <exception cref="ProvisioningException"><c>no_such_image</c>; <c>command_failed</c>.</exception>
    public async Task<string> GetAsync(string image, OuterMachine outer, CancellationToken ct)
    {
        if (!Suites.TryGetValue(image, out var suite))
        {
            throw new ProvisioningException("no_such_image", $"Image '{image}' has no real host behind it. Take one of: {string.Join(", ", Suites.Keys)}");
        }

        var recipe = SHA256.HashData(Encoding.UTF8.GetBytes($"{suite}\n{HostScript.BaseTree}"));
        var tree = Path.Combine(folder, $"{suite}-{Convert.ToHexStringLower(recipe)[..12]}");
        if (!Directory.Exists(tree))
        {
            await MakeAsync(tree, suite, outer, ct);
        }

        return tree;
    }

    private async Task MakeAsync(string tree, string suite, OuterMachine outer, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        var settings = $"{tree}.{Environment.ProcessId}.apt";
        await File.WriteAllTextAsync(settings, outer.AptSettings, ct);
        try
        {
            var make = new Command(
                "flock", $"{tree}.lock", "sh", "-c", HostScript.BaseTree, "base-tree.sh", tree, suite, outer.Mirror, outer.SecurityMirror, settings)
            {
                Variables = ProxyVariables(),
            };
            (await make.RunAsync(ct)).OrThrow($"Could not make the Debian tree {tree} that hosts are cloned from. Check that {outer.Mirror} can be reached");
        }
        finally
        {
            File.Delete(settings);
        }
    }

    /// <summary>debootstrap downloads by itself and does not know apt's settings.</summary>
    private static Dictionary<string, string> ProxyVariables() =>
        new[] { "http_proxy", "https_proxy", "no_proxy" }
            .Select(name => (name, value: Environment.GetEnvironmentVariable(name)))
            .Where(v => v.value is not null)
            .ToDictionary(v => v.name, v => v.value!, StringComparer.Ordinal);
}
