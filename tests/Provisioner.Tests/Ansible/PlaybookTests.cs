using System.Text.Json.Nodes;
using Provisioner.Ansible;
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
}
