using Provisioner.Processes;
using Provisioner.Ssh;

namespace Provisioner.Ansible;

/// <summary>Configures servers by a playbook, over SSH with pinned host keys. Running it again changes nothing that is as it should be.</summary>
/// <param name="folder">The folder of <c>ansible.cfg</c>, the playbook and its roles.</param>
public sealed class Playbook(string folder)
{
    /// <summary>Only this tells that a server did not answer: the exit code for it is also that of a playbook that cannot be read.</summary>
    private const string Unreachable = "]: UNREACHABLE! => ";

    private static readonly string[] Tasks = ["TASK [", "RUNNING HANDLER ["];

    /// <summary>The second one is said of an item of a task with several.</summary>
    private static readonly string[] Failures = ["fatal: [", "failed: ["];

    /// <summary>Runs the playbook for one server, from its first task to its last.</summary>
    /// <param name="name">File name of the playbook.</param>
    /// <param name="onLine">Gets each line that Ansible says, as it says it; values of tasks that keep secrets are hidden by it.</param>
    /// <param name="tags">Runs only what has one of these tags, which is much quicker: a role's name, such as <c>app</c> or <c>tls</c>; null runs all.</param>
    /// <exception cref="SshUnreachableException">It did not answer; try again.</exception>
    /// <exception cref="HostKeyChangedException">Another machine answered.</exception>
    /// <exception cref="SshRefusedException">It does not let us in.</exception>
    /// <exception cref="ProvisioningException"><c>ansible_failed</c>, with the task and what went wrong; <c>command_missing</c>: Ansible is not installed.</exception>
    public async Task<PlaybookRecap> RunAsync(string name, PlaybookHost host, SshKeyPair key, Action<string>? onLine, CancellationToken ct, IReadOnlyList<string>? tags = null)
    {
        using var ssh = await SshFiles.CreateAsync(host.Target, key, ct);
        using var own = PrivateFolder.Create();
        await ssh.WriteKeyAsync(ct);
        var inventory = await own.WriteAsync("inventory.yml", host.ToInventory(ssh), ct);
        var (task, fatal) = ("", "");
        PlaybookRecap? recap = null;
        IReadOnlyList<string> only = tags is null ? [] : ["--tags", string.Join(',', tags)];
        var command = new Command("ansible-playbook", ["--inventory", inventory, .. only, Path.Combine(folder, name)])
        {
            Variables = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["ANSIBLE_CONFIG"] = Path.Combine(folder, "ansible.cfg"),
                ["ANSIBLE_LOCAL_TEMP"] = own.PathOf("local"),
                ["ANSIBLE_SSH_CONTROL_PATH"] = ssh.ControlSocket,
                ["ANSIBLE_NOCOLOR"] = "1",
                ["LC_ALL"] = "C.UTF-8",
                // Else what it says into a pipe is held back until its next task begins.
                ["PYTHONUNBUFFERED"] = "1",
                // The folder may be read only, and is nobody's place for leftovers.
                ["PYTHONDONTWRITEBYTECODE"] = "1",
            },
            OnOutputLine = Hear,
            OnErrorLine = onLine,
        };
        CommandResult ended;
        try
        {
            ended = await command.RunAsync(ct);
        }
        finally
        {
            // The login that Ansible's commands shared would outlive it, and what still runs there with it.
            await new Command("ssh", [.. ssh.Options, "-O", "exit", "-o", $"ControlPath={ssh.ControlSocket}", "--", host.Target.Address]).RunAsync(CancellationToken.None);
        }

        return ended.ExitCode switch
        {
            0 when recap is not null => recap,
            _ when fatal.Contains(Unreachable, StringComparison.Ordinal) => throw SshFailure.Of(host.Target, fatal),
            _ => throw new ProvisioningException(
                "ansible_failed",
                $"{host.Target}: {(task.Length > 0 ? task : name)} failed: {(fatal.Length > 0 ? fatal : ended.Error.Trim())} Mend what it names, then retry; what was done before stays."),
        };

        void Hear(string line)
        {
            if (Array.Find(Tasks, t => line.StartsWith(t, StringComparison.Ordinal)) is { } begin)
            {
                task = line[begin.Length..].TrimEnd(' ', '*', ']');
            }
            else if (Array.Exists(Failures, f => line.StartsWith(f, StringComparison.Ordinal)))
            {
                fatal = line;
            }

            recap = PlaybookRecap.Read(line, host.Target.Alias) ?? recap;
            if (line.Length > 0)
            {
                onLine?.Invoke(line);
            }
        }
    }
}
