using HetznerSimulator.Hosts;
using Provisioner;
using Provisioner.Ssh;
using Support.Hosts;

namespace HetznerSimulator.Tests.Hosts;

[Collection(RealServerCollection.Name)]
public sealed class RealHostsTests(RealServer server)
{
    private static CancellationToken None => CancellationToken.None;

    [RealHostFact]
    public async Task A_server_from_a_snapshot_has_its_files_and_a_first_boot_of_its_own()
    {
        string machine;
        await using (var connection = await server.OpenAsync())
        {
            await connection.WaitForFirstBootAsync(None);
            await RunAsync(connection, "sh", "-c", "echo golden > /srv/golden");
            machine = await RunAsync(connection, "cat", "/etc/machine-id");
        }

        (await server.Hosts.SnapshotAsync(server.Id, 100, None)).ShouldBeGreaterThan(100_000_000);
        var (id, target) = await server.BootAsync("from-snapshot", HostImage.Snapshot(100), config => config with { Commands = [["touch", "/srv/told"]] });
        await server.Hosts.DeleteSnapshotAsync(100, None);

        await using (var connection = await server.OpenAsync(target))
        {
            await connection.WaitForFirstBootAsync(None);
            (await RunAsync(connection, "sh", "-c", "cat /srv/golden; ls /srv; hostname")).ShouldBe("golden\ngolden\ntold\nfrom-snapshot\n");
            (await RunAsync(connection, "cat", "/etc/machine-id")).ShouldNotBe(machine);
            // What the server reads from the snapshot's disk is still there.
            await RunAsync(connection, "sh", "-c", "find /usr -type f -size -4k | head -n 500 | xargs cat > /dev/null");
        }

        await server.Hosts.DeleteAsync(id, None);
        await Should.ThrowAsync<ProvisioningException>(() => server.BootAsync("too-late", HostImage.Snapshot(100)));
    }

    [RealHostFact]
    public async Task Power_goes_off_and_on_by_the_cloud_and_from_within_and_the_disk_stays()
    {
        var (id, target) = await server.BootAsync("powered", HostImage.System("debian-12"));
        try
        {
            await using (var connection = await server.OpenAsync(target))
            {
                await connection.WaitForFirstBootAsync(None);
                await RunAsync(connection, "sh", "-c", "echo kept > /srv/kept; sync");
            }

            await server.Hosts.StopAsync(id, graceful: true, None);
            await server.Hosts.StopAsync(id, graceful: true, None);
            await Should.ThrowAsync<SshUnreachableException>(() => SshConnection.OpenAsync(target, server.Key, None));
            await server.Hosts.StartAsync(id, None);
            await server.Hosts.StartAsync(id, None);
            var first = await BootIdAsync(target);

            await server.Hosts.RebootAsync(id, graceful: false, None);
            var second = await BootIdAsync(target);
            await using (var connection = await server.OpenAsync(target))
            {
                // The connection ends with the host.
                await Should.ThrowAsync<SshUnreachableException>(async () =>
                {
                    await connection.RunAsync(new RemoteCommand("systemctl", "reboot") { AsRoot = true }, None);
                    await connection.RunAsync(new RemoteCommand("sleep", "60"), None);
                });
            }

            var third = await BootIdAsync(target);
            new[] { first, second, third }.Distinct(StringComparer.Ordinal).Count().ShouldBe(3);
            await using var after = await server.OpenAsync(target);
            (await RunAsync(after, "cat", "/srv/kept")).ShouldBe("kept\n");
        }
        finally
        {
            await server.Hosts.DeleteAsync(id, None);
        }
    }

    [RealHostFact]
    public async Task A_host_has_the_memory_of_its_type_a_firewall_of_its_own_and_reaches_the_package_mirror()
    {
        await using var connection = await server.OpenAsync();

        (await RunAsync(connection, "grep", "MemTotal", "/proc/meminfo")).ShouldContain(" 4194304 kB");
        await RunAsync(connection, "sysctl", "--write", "net.ipv4.tcp_syncookies=1");
        await RunAsync(connection, "apt-get", "--quiet", "update");
        await RunAsync(connection, "apt-get", "--quiet", "--yes", "--no-install-recommends", "install", "nftables");
        await RunAsync(connection, "nft", "add", "table", "inet", "own");
        (await RunAsync(connection, "nft", "list", "tables")).ShouldBe("table inet own\n");
    }

    [RealHostFact]
    public async Task An_image_without_a_real_host_is_named_with_those_that_have_one()
    {
        var thrown = await Should.ThrowAsync<ProvisioningException>(() => server.BootAsync("other", HostImage.System("windows-3.1")));

        thrown.Message.ShouldContain("windows-3.1");
        thrown.Message.ShouldContain("debian-12");
    }

    /// <summary>When its init began, in clock ticks of the outer machine: the kernel's own boot id is the same for all.</summary>
    private async Task<string> BootIdAsync(SshTarget target)
    {
        await using var connection = await server.OpenAsync(target);
        return await RunAsync(connection, "cut", "-d", " ", "-f", "22", "/proc/1/stat");
    }

    private static async Task<string> RunAsync(SshConnection connection, string program, params string[] arguments) =>
        (await connection.RunAsync(new RemoteCommand(program, arguments) { AsRoot = true }, None)).OrThrow($"{program} failed").Output;
}
