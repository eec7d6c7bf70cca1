using HetznerSimulator.Hosts;
using Provisioner.Ssh;
using Support.Hosts;

namespace Provisioner.Tests.Ssh;

[Collection(RealServerCollection.Name)]
public sealed class FirstBootTests(RealServer server)
{
    private static CancellationToken None => CancellationToken.None;

    [RealHostFact]
    public async Task A_new_server_has_the_admin_the_injected_key_and_no_other_way_in()
    {
        await using var connection = await server.OpenAsync();
        await connection.WaitForFirstBootAsync(None);

        (await Run(connection, "id", "-un")).ShouldBe("root\n");
        (await Run(connection, "sh", "-c", "ls /etc/ssh/ssh_host_*")).ShouldBe("/etc/ssh/ssh_host_ed25519_key\n/etc/ssh/ssh_host_ed25519_key.pub\n");
        (await Run(connection, "sshd", "-T")).ShouldContain("passwordauthentication no");
        (await Run(connection, "passwd", "--status", "keeper")).ShouldStartWith("keeper L ");
        await Should.ThrowAsync<SshRefusedException>(() => SshConnection.OpenAsync(server.Target with { User = "root" }, server.Key, None));
    }

    [RealHostFact]
    public async Task A_first_boot_that_fails_says_so_with_its_words_and_its_lines_come_as_it_goes()
    {
        var (id, target) = await server.BootAsync("failing", HostImage.System("debian-12"), config => config with { Commands = [["sh", "-c", "echo what went wrong; exit 1"]] });
        try
        {
            await using var connection = await server.OpenAsync(target);
            List<string> lines = [];

            var thrown = await Should.ThrowAsync<ProvisioningException>(() => connection.WaitForFirstBootAsync(None, lines.Add));

            thrown.Code.ShouldBe("first_boot_failed");
            thrown.Message.ShouldContain("what went wrong");
            lines.ShouldContain("what went wrong");
        }
        finally
        {
            await server.Hosts.DeleteAsync(id, None);
        }
    }

    [RealHostFact]
    public async Task The_injected_host_key_is_replaced_by_one_made_on_the_host_and_then_refused()
    {
        var (id, target) = await server.BootAsync("rotated", HostImage.System("debian-12"));
        try
        {
            string next;
            await using (var connection = await server.OpenAsync(target))
            {
                next = await HostKeyRotation.PrepareAsync(connection, None);
                (await HostKeyRotation.PrepareAsync(connection, None)).ShouldBe(next);
                await HostKeyRotation.ActivateAsync(connection, None);
                await HostKeyRotation.ActivateAsync(connection, None);
            }

            await using (await server.OpenAsync(target with { HostKeys = [.. target.HostKeys, next] }))
            {
                await Should.ThrowAsync<HostKeyChangedException>(() => SshConnection.OpenAsync(target, server.Key, None));
            }

            await using var after = await server.OpenAsync(target with { HostKeys = [next] });
            (await Run(after, "sh", "-c", "ls /etc/ssh | grep -c next || true")).ShouldBe("0\n");
        }
        finally
        {
            await server.Hosts.DeleteAsync(id, None);
        }
    }

    private static async Task<string> Run(SshConnection connection, string program, params string[] arguments) =>
        (await connection.RunAsync(new RemoteCommand(program, arguments) { AsRoot = true }, None)).OrThrow($"{program} failed").Output;
}
