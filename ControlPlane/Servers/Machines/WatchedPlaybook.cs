using Provisioner.Ansible;
using Provisioner.Ssh;

namespace ControlPlane.Servers.Machines;

/// <summary>A playbook that says each of its tasks, and while one takes long that it lives.</summary>
internal static class WatchedPlaybook
{
    private const string TaskLine = "TASK [";

    /// <inheritdoc cref="Playbook.RunAsync"/>
    /// <param name="folder">Of the playbooks.</param>
    public static async Task<PlaybookRecap> RunAsync(string folder, string name, PlaybookHost host, SshKeyPair key, Action<string> say, CancellationToken ct, IReadOnlyList<string>? tags = null)
    {
        await using var life = new SignOfLife("Ansible starts", say);
        var recap = await new Playbook(folder).RunAsync(name, host, key, Hear, ct, tags);
        say($"{name}: {recap.Ok} tasks, {recap.Changed} of them changed something.");
        return recap;

        void Hear(string line)
        {
            if (line.StartsWith(TaskLine, StringComparison.Ordinal))
            {
                var task = line[TaskLine.Length..].TrimEnd(' ', '*', ']');
                life.Begin(task);
                say(task);
            }
        }
    }
}
