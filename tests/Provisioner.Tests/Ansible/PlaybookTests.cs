using System.Text;
using System.Text.Json.Nodes;
using Provisioner.Ansible;
using Provisioner.Processes;
using Provisioner.Ssh;
using Support.Hosts;

namespace Provisioner.Tests.Ansible;

/// <summary>Playbooks run on a real machine.</summary>
[Collection(ConfiguredServerCollection.Name)]
public sealed class PlaybookTests(ConfiguredServer configured)
{
    private RealServer Server => configured.Server;

    [RealHostFact]
    public async Task A_task_that_fails_is_named_with_what_went_wrong()
    {
        var host = new PlaybookHost(Server.Target, ["edge"], new JsonObject { ["admin_user"] = "keeper", ["base_ssh_from"] = new JsonArray("nothing like this") });

        var failure = await Should.ThrowAsync<ProvisioningException>(() => ConfiguredServer.Site.RunAsync("site.yml", host, Server.Key, onLine: null, CancellationToken.None));

        failure.Code.ShouldBe("ansible_failed");
        failure.Message.ShouldSatisfyAllConditions(
            () => failure.Message.ShouldContain("base : Keys, firewall, bans, updates, journal"), () => failure.Message.ShouldContain("nothing like this"));
    }

    [RealHostFact]
    public async Task A_server_that_does_not_answer_is_unreachable()
    {
        var host = new PlaybookHost(Server.Target with { Address = "127.0.0.1", Port = 1 }, ["edge"], new JsonObject());

        var failure = await Should.ThrowAsync<SshUnreachableException>(() => ConfiguredServer.Site.RunAsync("site.yml", host, Server.Key, onLine: null, CancellationToken.None));

        failure.Message.ShouldContain("Connection refused");
    }

    [RealHostFact]
    public async Task A_playbook_that_cannot_be_read_is_not_an_unreachable_server_and_its_fault_is_told()
    {
        using var folder = PrivateFolder.Create();
        await folder.WriteAsync("ansible.cfg", "", CancellationToken.None);
        await folder.WriteAsync("wrong.yml", "- hosts: all\n  tasks:\n    - no_such_module: x\n", CancellationToken.None);
        var host = new PlaybookHost(Server.Target, [], new JsonObject());

        var failure = await Should.ThrowAsync<ProvisioningException>(
            () => new Playbook(Path.GetDirectoryName(folder.PathOf("wrong.yml"))!).RunAsync("wrong.yml", host, Server.Key, onLine: null, CancellationToken.None));

        failure.Code.ShouldBe("ansible_failed");
        failure.Message.ShouldSatisfyAllConditions(() => failure.Message.ShouldContain("wrong.yml"), () => failure.Message.ShouldContain("no_such_module"));
    }

    [RealHostFact]
    public async Task Ansible_reads_every_string_as_it_is_and_evaluates_none()
    {
        using var folder = PrivateFolder.Create();
        var path = await folder.WriteAsync("variables.yml", UnsafeYaml.Write(new JsonObject { ["motto"] = ConfiguredServer.Hostile }), CancellationToken.None);
        var command = new Command("ansible", "localhost", "--extra-vars", "@" + path, "--module-name", "ansible.builtin.debug", "--args", "msg={{ motto | b64encode }}")
        {
            Variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["LC_ALL"] = "C.UTF-8" },
        };

        var said = (await command.RunAsync(CancellationToken.None)).OrThrow("ansible").Output;

        said.ShouldContain(Convert.ToBase64String(Encoding.UTF8.GetBytes(ConfiguredServer.Hostile)));
    }

    [RealHostFact]
    public async Task The_example_inventory_gives_every_task_to_the_servers_of_its_group()
    {
        var folder = ConfiguredServer.FolderOfRoles();
        var command = new Command("ansible-playbook", "--inventory", Path.Combine(folder, "inventory.example.yml"), "--list-hosts", "--list-tasks", Path.Combine(folder, "site.yml"))
        {
            Variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["ANSIBLE_CONFIG"] = Path.Combine(folder, "ansible.cfg"), ["LC_ALL"] = "C.UTF-8" },
        };

        var listed = await command.RunAsync(CancellationToken.None);

        listed.Error.ShouldBe("");
        var plays = listed.OrThrow("ansible-playbook").Output.Split("\n  play #");
        HostsOf("Databases").ShouldBe(["database-1", "shared-1"]);
        HostsOf("Caches").ShouldBe(["shared-1"]);
        HostsOf("Edge").ShouldBe(["application-1", "shared-1"]);
        HostsOf("Control plane").ShouldBeEmpty();

        IEnumerable<string> HostsOf(string play) =>
            plays.Single(p => p.Contains($"): {play}\t", StringComparison.Ordinal)).Split('\n').SkipWhile(line => !line.StartsWith("    hosts (", StringComparison.Ordinal))
                .Skip(1).TakeWhile(line => line.StartsWith("      ", StringComparison.Ordinal)).Select(line => line.Trim()).Order(StringComparer.Ordinal);
    }
}
