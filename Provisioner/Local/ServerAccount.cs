using Provisioner.Processes;

namespace Provisioner.Local;

/// <summary>
/// The system account PostgreSQL runs under: our own, or an unprivileged one when we are root. Whatever touches a cluster's
/// folder does so as this account, so that a link planted in there can never make root write elsewhere.
/// </summary>
internal sealed class ServerAccount
{
    private static readonly string[] Candidates = ["postgres", "daemon", "nobody"];

    private readonly (string User, string Group)? other;

    private ServerAccount((string User, string Group)? other) => this.other = other;

    /// <summary>Chooses the account; an existing folder keeps the owner it has.</summary>
    public static async Task<ServerAccount> ChooseAsync(string folder, CancellationToken ct)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return new ServerAccount(null);
        }

        if (Directory.Exists(folder))
        {
            var owner = (await new Command("stat", "--dereference", "--format=%u %g", folder).RunAsync(ct)).OrThrow($"Cannot read the owner of {folder}").Output.Split();
            if (owner[0] != "0")
            {
                return new ServerAccount((owner[0], owner[1]));
            }
        }

        foreach (var candidate in Candidates)
        {
            var user = await new Command("id", "-u", candidate).RunAsync(ct);
            if (user.Succeeded)
            {
                var group = await new Command("id", "-g", candidate).RunAsync(ct);
                return new ServerAccount((user.Output.Trim(), group.Output.Trim()));
            }
        }

        throw new ProvisioningException("no_server_account", "PostgreSQL refuses to run as root, and there is no user to run it as. Create one: useradd --system postgres");
    }

    /// <summary>The same command, run as this account.</summary>
    public Command Command(string program, params string[] arguments) =>
        other is var (user, group)
            ? new Command("setpriv", ["--reuid", user, "--regid", group, "--clear-groups", "--", program, .. arguments])
            : new Command(program, arguments);

    /// <summary>Makes a folder that only this account (and root) can enter.</summary>
    public async Task CreateFolderAsync(string path, CancellationToken ct)
    {
        string[] owner = other is var (user, group) ? ["-o", user, "-g", group] : [];
        (await new Command("install", ["-d", "-m", "0700", .. owner, path]).RunAsync(ct)).OrThrow($"Cannot make the folder {path}, or it belongs to another user");
    }

    public async Task<bool> CanEnterAsync(string folder, CancellationToken ct) =>
        (await Command("test", "-x", folder).RunAsync(ct)).Succeeded;

    /// <summary>Writes a file whole or not at all, readable by this account only.</summary>
    public async Task WriteAsync(string path, string text, CancellationToken ct) =>
        (await (Command("sh", "-c", "umask 077 && cat > \"$1.new\" && mv \"$1.new\" \"$1\"", "sh", path) with { Input = text }).RunAsync(ct))
            .OrThrow($"Cannot write {path}");

    public async Task AppendAsync(string path, string text, CancellationToken ct) =>
        (await (Command("sh", "-c", "cat >> \"$1\"", "sh", path) with { Input = text }).RunAsync(ct)).OrThrow($"Cannot write {path}");

    public async Task RemoveAsync(string path, CancellationToken ct) =>
        (await Command("rm", "-rf", path).RunAsync(ct)).OrThrow($"Cannot remove {path}");

    public async Task RenameAsync(string from, string to, CancellationToken ct) =>
        (await Command("mv", from, to).RunAsync(ct)).OrThrow($"Cannot rename {from}");
}
