using System.Security.Cryptography;

namespace Provisioner.Ssh;

/// <summary>Files on a host.</summary>
public static class RemoteFiles
{
    /// <summary>Written beside its place, compared with what was sent, then renamed: a lost connection leaves the old file.</summary>
    private const string Write =
        """
        set -eu
        umask 077
        new=$(mktemp -- "$1.XXXXXXXX")
        trap 'rm -f -- "$new"' EXIT
        cat > "$new"
        echo "$4  $new" | sha256sum --check --status || { echo "What arrived is not what was sent." >&2; exit 1; }
        chmod -- "$2" "$new"
        [ -z "$3" ] || chown -- "$3" "$new"
        sync -- "$new"
        mv -T -- "$new" "$1"
        trap - EXIT
        """;

    /// <summary>Writes a file whole or not at all; the folder must exist.</summary>
    /// <param name="content">Read twice, so it must be able to go back to its beginning.</param>
    /// <param name="mode">The file's permissions from the moment it is seen under its name.</param>
    /// <param name="owner"><c>user:group</c>; needs root. Null leaves it to whoever writes.</param>
    /// <param name="asRoot">Writes as root by sudo.</param>
    /// <exception cref="RemoteCommandException">No such folder, no permission, no space.</exception>
    /// <exception cref="SshUnreachableException">Transient.</exception>
    public static async Task UploadAsync(this SshConnection connection, string path, Stream content, UnixFileMode mode, CancellationToken ct, string? owner = null, bool asRoot = true)
    {
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, ct));
        content.Position = 0;
        var write = new RemoteCommand("sh", "-c", Write, "sh", path, Convert.ToString((int)mode, 8), owner ?? "", hash) { AsRoot = asRoot, Input = content };
        (await connection.RunAsync(write, ct)).OrThrow($"Could not write {path}");
    }
}
