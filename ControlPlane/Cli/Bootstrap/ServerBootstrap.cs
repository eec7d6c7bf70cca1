using ControlPlane.Servers.Machines;
using Provisioner.Ansible;
using Provisioner.Processes;
using Provisioner.Ssh;

namespace ControlPlane.Cli.Bootstrap;

/// <summary>Sets up a control plane's own server over SSH. May be run again: what is as it should be stays.</summary>
/// <param name="playbooks">Folder of <c>site.yml</c>.</param>
internal sealed class ServerBootstrap(BootstrapPlan plan, BootstrapFolder folder, string playbooks, Action<string> say)
{
    /// <summary>The server's Ed25519 host key as the network shows it: somebody must compare it before it is trusted.</summary>
    public static async Task<string> ScanAsync(string address, CancellationToken ct)
    {
        var scanned = await new Command("ssh-keyscan", "-T", "10", "-t", "ed25519", "--", address).RunAsync(ct);
        var line = Array.Find(scanned.Output.Split('\n'), l => l.Contains(" ssh-ed25519 ", StringComparison.Ordinal))
            ?? throw new CliException($"{address} shows no Ed25519 host key by SSH.", "Check the address, and that the server is up and lets port 22 in.");
        return line[(line.IndexOf(' ') + 1)..].Trim();
    }

    /// <summary>Does all of it and keeps the first admin's key in the folder.</summary>
    /// <param name="first">Who may log in to a server that was not set up yet.</param>
    /// <param name="migrations">Path of the application's migrations within the archive.</param>
    public async Task<PlaybookRecap> RunAsync(string firstUser, Func<CancellationToken, Task<SshKeyPair>> first, ReleaseArchive archive, string migrations, CancellationToken ct)
    {
        var login = await folder.LoginKeyAsync(ct);
        var target = plan.TargetOf(BootstrapPlan.Admin, folder.HostKeys);
        if (!await CanLogInAsync(target, login, ct))
        {
            var key = await first(ct);
            say($"First as {firstUser}: the user {BootstrapPlan.Admin}, its key, the firewall.");
            await PlayAsync(plan.TargetOf(firstUser, folder.HostKeys), login, key, archive, migrations, ct, ["base"]);
        }

        var recap = await PlayAsync(target, login, login, archive, migrations, ct);
        await using var connection = await SshConnection.OpenAsync(target, login, ct);
        folder.Keep(folder.AdminKeyFile, await ReadAsync(connection, $"{BootstrapPlan.Data}/admin.key", ct));
        folder.Keep(folder.CertificateFile, await ReadAsync(connection, $"/etc/controlplane/tls/{plan.Domain}/fullchain.pem", ct));
        return recap;
    }

    private Task<PlaybookRecap> PlayAsync(SshTarget target, SshKeyPair login, SshKeyPair key, ReleaseArchive archive, string migrations, CancellationToken ct, IReadOnlyList<string>? tags = null) =>
        WatchedPlaybook.RunAsync(playbooks, "site.yml", plan.HostOf(target, folder, login, archive, migrations), key, say, ct, tags);

    private static async Task<bool> CanLogInAsync(SshTarget target, SshKeyPair key, CancellationToken ct)
    {
        try
        {
            await using var connection = await SshConnection.OpenAsync(target, key, ct);
            return true;
        }
        catch (SshRefusedException)
        {
            return false;
        }
    }

    private static async Task<string> ReadAsync(SshConnection connection, string file, CancellationToken ct) =>
        (await connection.RunAsync(new RemoteCommand("cat", file) { AsRoot = true }, ct)).OrThrow($"Could not read {file}").Output;
}
