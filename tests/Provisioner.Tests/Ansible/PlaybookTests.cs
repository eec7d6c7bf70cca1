using System.Text;
using System.Text.Json.Nodes;
using Provisioner.Ansible;
using Provisioner.Processes;
using Provisioner.Ssh;
using Provisioner.Tests.Ssh;
using Support.Hosts;

namespace Provisioner.Tests.Ansible;

/// <summary>Playbooks run on a real machine.</summary>
[Collection(RealServerCollection.Name)]
public sealed class PlaybookTests(RealServer server)
{
    [RealHostFact]
    public async Task A_task_that_fails_is_named_with_what_went_wrong()
    {
        var host = new PlaybookHost(server.Target, ["edge"], new JsonObject { ["admin_user"] = "keeper", ["base_ssh_from"] = new JsonArray("nothing like this") });

        var failure = await Should.ThrowAsync<ProvisioningException>(() => ConfiguredServer.Site.RunAsync("site.yml", host, server.Key, onLine: null, CancellationToken.None));

        failure.Code.ShouldBe("ansible_failed");
        failure.Message.ShouldSatisfyAllConditions(
            () => failure.Message.ShouldContain("base : Keys, firewall, bans, updates, journal"), () => failure.Message.ShouldContain("nothing like this"));
    }

    [RealHostFact]
    public async Task Ansible_reads_every_string_as_it_is_and_evaluates_none()
    {
        using var folder = PrivateFolder.Create();
        var path = await folder.WriteAsync("variables.yml", UnsafeYaml.Write(new JsonObject { ["motto"] = ConfiguredServer.Hostile }), CancellationToken.None);
        var command = new Command("ansible", "localhost", "--extra-vars", "@" + path, "--module-name", "ansible.builtin.debug", "--args", "msg={{ motto | b64encode }}");

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
        plays.Single(p => p.Contains("Databases", StringComparison.Ordinal)).ShouldContain("    hosts (2):\n      shared-1\n      database-1\n");
        plays.Single(p => p.Contains("Caches", StringComparison.Ordinal)).ShouldContain("    hosts (1):\n      shared-1\n");
    }
}
