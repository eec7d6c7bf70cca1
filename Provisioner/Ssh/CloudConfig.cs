using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Provisioner.Ssh;

/// <summary>What a new server is told for its first boot: who may log in, which host key it shows, and whether it updates itself.</summary>
/// <remarks>The provider keeps user data. The host key in it is of use for the first login only: see <see cref="HostKeyRotation"/>.</remarks>
public sealed record CloudConfig
{
    /// <summary>The provider's limit in bytes.</summary>
    private const int Limit = 32 * 1024;

    /// <summary>All that JSON does not need escaped stays as it is, which YAML reads as well.</summary>
    private static readonly JsonSerializerOptions Yaml = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// The user to be created; it becomes root by sudo without a password, and has none itself. The name of a group that the
    /// image has (<c>operator</c>, <c>staff</c>, …) does not work: nobody could log in.
    /// </summary>
    public required string AdminUser
    {
        get;
        init => field = value.Length is > 0 and <= 32 && char.IsAsciiLetterLower(value[0]) && value.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_')
            ? value
            : throw new ArgumentException($"'{value}' is no user name: use lower-case letters, digits, dashes and underscores, a letter first.", nameof(value));
    }

    /// <summary>Public keys that may log in as <see cref="AdminUser"/>; nobody may as root.</summary>
    public required IReadOnlyList<string> AdminKeys { get; init => field = [.. value.Select(SshPublicKey.Normalize)]; }

    /// <summary>The key the host shows at the first login, so that this can be trusted.</summary>
    public required SshKeyPair HostKey { get; init; }

    /// <summary>Installs all updates at the first boot, which takes a minute or more.</summary>
    public bool UpdatePackages { get; init; }

    /// <summary>Commands to run as root at the end of the first boot, each a program with its arguments.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Commands { get; init; } = [];

    /// <summary>The text for cloud-init: <c>#cloud-config</c>, then JSON, which is YAML.</summary>
    /// <exception cref="ProvisioningException"><c>user_data_too_long</c>.</exception>
    public string ToUserData()
    {
        var text = "#cloud-config\n" + JsonSerializer.Serialize(Document(), Yaml) + "\n";
        var bytes = Encoding.UTF8.GetByteCount(text);
        return bytes <= Limit
            ? text
            : throw new ProvisioningException("user_data_too_long", $"The user data have {bytes} bytes, {Limit} are allowed. Leave the longest commands to Ansible.");
    }

    private Dictionary<string, object> Document() => new(StringComparer.Ordinal)
    {
        ["users"] = new[]
        {
            new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["name"] = AdminUser,
                ["shell"] = "/bin/bash",
                ["lock_passwd"] = true,
                ["sudo"] = "ALL=(ALL) NOPASSWD:ALL",
                ["ssh_authorized_keys"] = AdminKeys,
            },
        },
        ["disable_root"] = true,
        ["ssh_pwauth"] = false,
        ["ssh_deletekeys"] = true,
        ["ssh_keys"] = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ed25519_private"] = HostKey.RevealPrivateKey(),
            ["ed25519_public"] = HostKey.PublicKey,
        },
        ["package_update"] = UpdatePackages,
        ["package_upgrade"] = UpdatePackages,
        // Updates of the distribution's own hold the lock at odd times.
        ["write_files"] = new[]
        {
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["path"] = "/etc/apt/apt.conf.d/80lock-timeout",
                ["content"] = "DPkg::Lock::Timeout \"300\";\n",
            },
        },
        ["runcmd"] = Commands,
    };
}
