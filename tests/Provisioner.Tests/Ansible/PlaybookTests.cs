using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Provisioner.Ansible;
using Provisioner.Tests.Ssh;
using Support.Hosts;

namespace Provisioner.Tests.Ansible;

/// <summary>Playbooks run on a real machine.</summary>
[Collection(RealServerCollection.Name)]
public sealed class PlaybookTests(RealServer server)
{
    private static readonly Playbook Site = new(FolderOfRoles());

    [RealHostFact]
    public async Task A_task_that_fails_is_named_with_what_went_wrong()
    {
        var host = new PlaybookHost(server.Target, ["edge"], new JsonObject { ["admin_user"] = "keeper", ["base_journal_size"] = "{{ nothing_like_this }}" });

        var failure = await Should.ThrowAsync<ProvisioningException>(() => Site.RunAsync("site.yml", host, server.Key, onLine: null, CancellationToken.None));

        failure.Code.ShouldBe("ansible_failed");
        failure.Message.ShouldSatisfyAllConditions(
            () => failure.Message.ShouldContain("base : The journal is kept and bounded"), () => failure.Message.ShouldContain("nothing_like_this"));
    }

    private static string FolderOfRoles([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "ansible"));
}
