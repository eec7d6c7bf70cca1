using System.Diagnostics;
using HetznerSimulator.Hosts;
using Provisioner.Ansible;
using Provisioner.Ssh;
using Support.Hosts;
using Xunit.Abstractions;

namespace Provisioner.Tests.Ansible;

/// <summary>A snapshot of a configured server, and a server booted from it.</summary>
[Collection(ConfiguredServerCollection.Name)]
public sealed class ImageTests(ConfiguredServer configured, ITestOutputHelper output)
{
    /// <summary>Beyond what other tests of the process use.</summary>
    private const long CopyId = 7001;
    private const long ImageId = 7002;

    private const string Everywhere = "/etc /var /opt /root /home /usr/local /tmp /srv";

    [RealHostFact]
    public async Task A_server_booted_from_an_image_has_nothing_of_the_first_and_is_configured_quickly()
    {
        var hosts = configured.Server.Hosts;
        var released = await TestRelease.PublishAsync(Support.ThrowawayFolder.Path, "first");
        var clock = Stopwatch.StartNew();
        await hosts.SnapshotAsync(configured.Server.Id, CopyId, CancellationToken.None);
        var (masterId, master) = await configured.Server.BootAsync("master", HostImage.Snapshot(CopyId));
        await using (var connection = await configured.Server.OpenAsync(master))
        {
            await connection.WaitForFirstBootAsync(CancellationToken.None);
        }

        await configured.RunAsync(change: released.ToVariables(), tags: ["app"], target: master);
        var machine = (await configured.ShellAsync("cat /etc/machine-id", master)).Trim();
        var certificate = (await configured.ShellAsync("cat /etc/postgresql/controlplane/server.crt", master)).Split('\n')[1];
        output.WriteLine($"a copy with a release: {clock.Elapsed.TotalSeconds:0.0} s");
        await ForgetAsync(master);
        output.WriteLine($"image.yml ended: {clock.Elapsed.TotalSeconds:0.0} s");
        await hosts.StopAsync(masterId, graceful: true, CancellationToken.None);
        output.WriteLine($"powered off: {clock.Elapsed.TotalSeconds:0.0} s");
        await hosts.SnapshotAsync(masterId, ImageId, CancellationToken.None);
        output.WriteLine($"snapshot taken: {clock.Elapsed.TotalSeconds:0.0} s");
        await hosts.DeleteAsync(masterId, CancellationToken.None);
        await hosts.DeleteSnapshotAsync(CopyId, CancellationToken.None);

        var (id, target) = await configured.Server.BootAsync("fresh", HostImage.Snapshot(ImageId));
        clock.Restart();
        await using (var connection = await configured.Server.OpenAsync(target))
        {
            await connection.WaitForFirstBootAsync(CancellationToken.None);
        }

        output.WriteLine($"first boot from the image: {clock.Elapsed.TotalSeconds:0.0} s");
        foreach (var own in (string[])[ConfiguredServer.Canary, ConfiguredServer.Domain, machine, certificate])
        {
            // The journal has the question itself, which must not be an answer.
            var pattern = $"[{own[0]}]{own[1..]}";
            (await configured.ShellAsync(
                $"cd / && {{ grep -rla '{pattern}' {Everywhere}; find {Everywhere} -name '*{pattern}*'; }} || true", target)).ShouldBe("", own);
        }

        (await configured.ShellAsync("ls /etc/ssh/*_host_*", target)).ShouldBe("/etc/ssh/ssh_host_ed25519_key\n/etc/ssh/ssh_host_ed25519_key.pub\n");
        (await configured.ShellAsync("systemctl --failed --no-legend --plain", target)).ShouldBe("");
        (await Ports.OpenAsync(target.Address, [22, 80, 443, 5432, 6432, 9090, 9100])).ShouldBe([22]);

        clock.Restart();
        await configured.RunAsync(line => output.WriteLine($"{clock.Elapsed.TotalSeconds:00.0} {line}"), target: target);
        output.WriteLine($"site.yml on it: {clock.Elapsed.TotalSeconds:0.0} s");

        (await configured.RunAsync(target: target)).Changed.ShouldBe(0);
        (await configured.ShellAsync("systemctl --failed --no-legend --plain", target)).ShouldBe("");
        (await Ports.OpenAsync(target.Address, [22, 80, 443, 5432, 6432])).ShouldBe([22, 80, 443]);
        await hosts.DeleteAsync(id, CancellationToken.None);
        await hosts.DeleteSnapshotAsync(ImageId, CancellationToken.None);
    }

    [RealHostFact]
    public async Task A_server_with_databases_of_tenants_is_not_made_an_image()
    {
        await configured.ShellAsync("cd / && runuser -u postgres -- createdb t_somebody");

        var refused = await Should.ThrowAsync<ProvisioningException>(() => ForgetAsync(configured.Server.Target));

        refused.Message.ShouldContain("t_somebody");
        await configured.ShellAsync("cd / && runuser -u postgres -- dropdb t_somebody");
    }

    private Task<PlaybookRecap> ForgetAsync(SshTarget target) => configured.RunAsync(target: target, name: "image.yml");
}
