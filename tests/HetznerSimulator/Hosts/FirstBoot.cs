using System.Globalization;
using System.Text;
using System.Text.Json;

namespace HetznerSimulator.Hosts;

/// <summary>Writes into a host's tree what its cloud would tell it: user data, keys and name; and what it needs of the machine around it.</summary>
internal static class FirstBoot
{
    public static async Task PrepareAsync(string root, string instance, HostRequest request, OuterMachine outer, CancellationToken ct)
    {
        var seed = Path.Combine(root, "var/lib/cloud/seed/nocloud");
        Directory.CreateDirectory(seed);
        await File.WriteAllTextAsync(Path.Combine(seed, "user-data"), request.UserData ?? "", ct);
        await File.WriteAllTextAsync(Path.Combine(seed, "meta-data"), MetaData(instance, request), ct);

        // Of a snapshot's server they are its own no more. Empty, not missing: the first start of a machine without the file
        // enables every service that is installed.
        await File.WriteAllTextAsync(Path.Combine(root, "etc/machine-id"), "", ct);
        File.Delete(Path.Combine(root, "var/lib/dbus/machine-id"));

        await File.WriteAllTextAsync(Path.Combine(root, "etc/host-meminfo"), MemoryOf(request), ct);
        await TakeOverAsync(root, outer, ct);
    }

    /// <summary>JSON is YAML.</summary>
    private static string MetaData(string instance, HostRequest request) =>
        JsonSerializer.Serialize(new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["instance-id"] = instance,
            ["local-hostname"] = request.Name,
            ["public-keys"] = request.SshKeys,
        });

    private static string MemoryOf(HostRequest request)
    {
        var total = (long)(request.MemoryGb * 1024 * 1024);
        return string.Create(CultureInfo.InvariantCulture, $"MemTotal:       {total} kB\nMemFree:        {total * 9 / 10} kB\nMemAvailable:   {total * 9 / 10} kB\nBuffers:        0 kB\nCached:         0 kB\nSwapTotal:      0 kB\nSwapFree:       0 kB\n");
    }

    private static async Task TakeOverAsync(string root, OuterMachine outer, CancellationToken ct)
    {
        // Replaced, not written through: in a snapshot it may be a link to a file that is not there.
        var resolver = Path.Combine(root, "etc/resolv.conf");
        File.Delete(resolver);
        await File.WriteAllTextAsync(resolver, outer.NameServers, ct);
        await File.WriteAllTextAsync(Path.Combine(root, "etc/apt/apt.conf.d/90outer-machine"), outer.AptSettings, ct);
        await File.WriteAllTextAsync(Path.Combine(root, "etc/apt/sources.list"), Sources(await SuiteAsync(root, ct), outer), ct);
        foreach (var keys in new[] { "etc/apt/trusted.gpg.d", "etc/apt/auth.conf.d" })
        {
            foreach (var file in Directory.Exists("/" + keys) ? Directory.GetFiles("/" + keys) : [])
            {
                Directory.CreateDirectory(Path.Combine(root, keys));
                File.Copy(file, Path.Combine(root, keys, Path.GetFileName(file)), overwrite: true);
            }
        }
    }

    private static string Sources(string suite, OuterMachine outer) => new StringBuilder()
        .Append($"deb {outer.Mirror} {suite} main\n")
        .Append($"deb {outer.Mirror} {suite}-updates main\n")
        .Append($"deb {outer.SecurityMirror} {suite}-security main\n")
        .ToString();

    private static async Task<string> SuiteAsync(string root, CancellationToken ct)
    {
        const string Key = "VERSION_CODENAME=";
        var lines = await File.ReadAllLinesAsync(Path.Combine(root, "usr/lib/os-release"), ct);
        return lines.First(line => line.StartsWith(Key, StringComparison.Ordinal))[Key.Length..];
    }
}
