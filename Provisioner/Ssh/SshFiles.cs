namespace Provisioner.Ssh;

/// <summary>
/// What an OpenSSH client needs for one host during one operation: its known_hosts, our private key, and room for a control
/// socket. Lies in a private folder, in memory where there is such a place, and is gone when disposed.
/// </summary>
public sealed class SshFiles : IDisposable
{
    private readonly PrivateFolder folder;
    private readonly SshKeyPair key;

    private SshFiles(PrivateFolder folder, SshTarget target, SshKeyPair key, string knownHosts)
    {
        this.folder = folder;
        this.key = key;
        Options =
        [
            "-F", "/dev/null",
            .. Set($"Port={target.Port}"),
            .. Set($"IdentityFile={KeyFile}"),
            .. Set($"User={target.User}"),
            .. Set($"UserKnownHostsFile={knownHosts}"),
            .. Set($"HostKeyAlias={target.Alias}"),
            .. Set($"HostKeyAlgorithms={string.Join(',', target.HostKeys.Select(SshPublicKey.TypeOf).Distinct(StringComparer.Ordinal))}"),
            .. Fixed.SelectMany(Set),
        ];
    }

    private static readonly string[] Fixed =
    [
        "GlobalKnownHostsFile=/dev/null", "StrictHostKeyChecking=yes", "UpdateHostKeys=no", "CheckHostIP=no",
        "BatchMode=yes", "IdentitiesOnly=yes", "IdentityAgent=none", "PreferredAuthentications=publickey",
        "ConnectTimeout=10", "ServerAliveInterval=3", "ServerAliveCountMax=5",
        "ForwardAgent=no", "ClearAllForwardings=yes", "LogLevel=ERROR",
    ];

    /// <summary>Arguments for <c>ssh</c>, <c>scp</c>, <c>sftp</c> and Ansible's <c>--ssh-common-args</c>; none is secret.</summary>
    public IReadOnlyList<string> Options { get; }

    /// <summary>Path of the private key; the file is there between <see cref="WriteKeyAsync"/> and <see cref="RemoveKey"/>.</summary>
    public string KeyFile => folder.PathOf("key");

    /// <summary>Where a control socket may be made; its path is short enough for one.</summary>
    public string ControlSocket => folder.PathOf("s");

    public static async Task<SshFiles> CreateAsync(SshTarget target, SshKeyPair key, CancellationToken ct)
    {
        var made = PrivateFolder.Create();
        try
        {
            var knownHosts = await made.WriteAsync("known_hosts", string.Concat(target.HostKeys.Select(k => $"{target.Alias} {k}\n")), ct);
            return new SshFiles(made, target, key, knownHosts);
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    public Task WriteKeyAsync(CancellationToken ct) => folder.WriteAsync("key", key.RevealPrivateKey(), ct);

    public void RemoveKey() => File.Delete(KeyFile);

    public void Dispose() => folder.Dispose();

    private static IEnumerable<string> Set(string option) => ["-o", option];
}
