using System.Text.Json.Nodes;
using Provisioner.Ansible;
using Support;
using Support.Hosts;

namespace Provisioner.Tests.Ansible;

/// <summary>Releases of a tiny application, delivered by the role <c>app</c>.</summary>
[Collection(ConfiguredServerCollection.Name)]
public sealed class ReleaseTests(ConfiguredServer configured) : IClassFixture<ServerWithReleases>, IDisposable
{
    private static readonly string[] App = ["app"];

    private readonly Browser browser = new(configured.Server.Target?.Address ?? "");

    public void Dispose() => browser.Dispose();

    [RealHostFact]
    public async Task A_release_is_switched_a_broken_one_is_refused_and_the_one_before_comes_back()
    {
        (await DeliverAsync("one")).Changed.ShouldBeGreaterThan(0);
        await ServesAsync($"one {ConfiguredServer.Hostile}");
        (await DeliverAsync("one")).Changed.ShouldBe(0);

        var refused = await Should.ThrowAsync<ProvisioningException>(() => DeliverAsync("broken", isWell: false));
        refused.Message.ShouldContain("broken is not ready");
        await ServesAsync($"one {ConfiguredServer.Hostile}");

        await DeliverAsync("two");
        await ServesAsync($"two {ConfiguredServer.Hostile}");
        (await configured.ShellAsync("app-release back && app-release show")).ShouldContain(" one\n");
        await ServesAsync($"one {ConfiguredServer.Hostile}");
    }

    [RealHostFact]
    public async Task A_release_that_is_told_something_new_starts_anew_in_the_other_colour()
    {
        await DeliverAsync("told");
        var before = await configured.ShellAsync("app-release show");
        var told = new JsonObject { ["app_environment"] = new JsonObject { ["MOTTO"] = "something new" } };

        (await configured.RunAsync(change: told, tags: App)).Changed.ShouldBeGreaterThan(0);

        await ServesAsync("told something new");
        (await configured.ShellAsync("app-release show")).ShouldNotBe(before);
        (await configured.RunAsync(change: told, tags: App)).Changed.ShouldBe(0);
        (await configured.ShellAsync("app-release again")).ShouldContain("already");
    }

    [RealHostFact]
    public async Task Another_archive_than_the_published_one_is_refused()
    {
        var release = (await TestRelease.PublishAsync(ThrowawayFolder.Path, "forged")) with { Sha256 = new string('0', 64) };

        var refused = await Should.ThrowAsync<ProvisioningException>(() => configured.RunAsync(change: release.ToVariables(), tags: App));

        refused.Message.ShouldContain("its sha256 differs");
    }

    private async Task<PlaybookRecap> DeliverAsync(string name, bool isWell = true) =>
        await configured.RunAsync(change: (await TestRelease.PublishAsync(ThrowawayFolder.Path, name, isWell)).ToVariables(), tags: App);

    private Task ServesAsync(string text) => browser.ReadsAsync($"https://acme.app.{ConfiguredServer.Domain}/", text);
}
