namespace Provisioner.Ssh;

/// <summary>
/// Replaces the host key that was injected at creation, and has been through the provider's hands, by one that was made on the
/// host. In two acts, so that a crash between them locks nobody out: pin what <see cref="PrepareAsync"/> returns beside the first
/// key, then <see cref="ActivateAsync"/>, then forget the first key.
/// </summary>
public static class HostKeyRotation
{
    private const string Next = "/etc/ssh/next_host_ed25519_key";
    private const string Present = "/etc/ssh/ssh_host_ed25519_key";

    /// <summary>Makes the next key, or finds that of an earlier attempt; returns its public half. The present one stays in use.</summary>
    public static async Task<string> PrepareAsync(SshConnection connection, CancellationToken ct)
    {
        const string Prepare =
            """
            set -eu
            if [ ! -s "$1.pub" ]; then
              rm -f "$1" "$1.pub"
              ssh-keygen -q -t ed25519 -N '' -C '' -f "$1"
            fi
            cat "$1.pub"
            """;
        var made = await connection.RunAsync(new RemoteCommand("sh", "-c", Prepare, "sh", Next) { AsRoot = true }, ct);
        return SshPublicKey.Normalize(made.OrThrow("Could not make a new host key").Output);
    }

    /// <summary>Puts the next key in use; where that has happened before, nothing. This login goes on, the next one sees the new key.</summary>
    public static async Task ActivateAsync(SshConnection connection, CancellationToken ct)
    {
        const string Activate =
            """
            set -eu
            if [ -s "$1" ]; then
              mv -f "$1" "$2"
            fi
            if [ -s "$1.pub" ]; then
              mv -f "$1.pub" "$2.pub"
            fi
            systemctl reload ssh
            """;
        (await connection.RunAsync(new RemoteCommand("sh", "-c", Activate, "sh", Next, Present) { AsRoot = true }, ct)).OrThrow("Could not put the new host key in use");
    }
}
