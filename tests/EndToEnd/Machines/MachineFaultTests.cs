using EndToEnd.World;
using Support.Hosts;

namespace EndToEnd.Machines;

/// <summary>What may happen to a customer's own server once it serves, and what may be read on it.</summary>
public sealed class MachineFaultTests(CloudWorld world) : IClassFixture<CloudWorld>
{
    private const string Key = "/etc/ssh/ssh_host_ed25519_key";

    [RealHostFact]
    public async Task A_server_with_another_host_key_is_not_spoken_to_and_one_that_is_gone_is_an_alarm_and_never_made_anew()
    {
        var server = await world.CustomerAsync("lost");
        var name = await NameAsync(server);
        await AtConsoleAsync(server, $"cp -p {Key} {Key}.own && cp -p {Key}.pub {Key}.own.pub && rm {Key} && ssh-keygen -q -t ed25519 -N '' -f {Key} && systemctl restart ssh");

        var configured = await Ctl.RunAsync(world.System, "servers", "configure", name, "--wait");

        configured.ExitCode.ShouldBe(1, configured.Text);
        configured.Text.ShouldContain("shows another host key than the pinned one");
        (await OpenAsync("host_key_changed")).ShouldBe([name]);
        (await Ctl.RunAsync(world.System, "tenants", "show", "lost")).Text.ShouldContain("shows another host key");

        await AtConsoleAsync(server, $"mv {Key}.own {Key} && mv {Key}.own.pub {Key}.pub && systemctl restart ssh");
        var stopped = await world.System.ScalarAsync<Guid>("select id from operations where state = 'needs_operator'");
        (await world.System.Api.PostAsync($"/v1/operations/{stopped}/retry", new { })).Expect(202);
        (await world.System.EndAsync(stopped, TimeSpan.FromMinutes(3))).ShouldBe("done");
        (await OpenAsync("host_key_changed")).ShouldBeEmpty();

        world.Cloud.Change(c =>
        {
            c.Zones.Find(CloudWorld.Zone)!.Find("lost.app", "A")!.Records = [new("203.0.113.7", "")];
            c.Firewalls.All.Single().Rules = [];
            c.Firewalls.All.Single().ServerIds.Remove(server);
        });
        (await Ctl.RunAsync(world.System, "servers", "inventory", "--wait")).ExitCode.ShouldBe(0);
        (await OpenAsync("dns_missing")).ShouldBe([$"lost.app.{CloudWorld.Zone}"]);
        (await OpenAsync("machine_open")).ShouldBe([name]);
        (await Ctl.RunAsync(world.System, "servers", "inventory", "--wait")).ExitCode.ShouldBe(0);
        (await OpenAsync("dns_missing")).ShouldBeEmpty();
        world.Cloud.Read(c => (c.Firewalls.All.Single().Rules.Count, c.Firewalls.All.Single().ServerIds.Contains(server))).ShouldBe((4, true));

        var before = world.Cloud.Read(c => c.Servers.Count);
        world.Cloud.Vanish(server);
        (await Ctl.RunAsync(world.System, "servers", "inventory", "--wait")).ExitCode.ShouldBe(0);
        (await OpenAsync("machine_missing")).ShouldBe([name]);
        (await Ctl.RunAsync(world.System, "tenants", "show", "lost")).Text.ShouldContain($"{name} at ");
        world.Cloud.Read(c => c.Servers.Count).ShouldBe(before - 1, "an empty server in its place would look like the real one");
    }

    [RealHostFact]
    public async Task Nothing_on_a_customers_server_tells_a_secret_of_the_platform()
    {
        var server = await world.CustomerAsync("curious");
        var runtimeKey = await AtConsoleAsync(server, "grep ^TenantRuntime__Key= /etc/controlplane/app.env | cut -d '\"' -f 2");
        string[] secrets = [world.Cloud.Token, world.Cloud.ReadOnlyToken, .. world.System.Secrets];

        (await FindAsync(server, [runtimeKey.Trim()])).ShouldContain("/etc/controlplane/app.env");
        (await FindAsync(server, secrets)).ShouldBeEmpty();
    }

    /// <summary>Files that hold one of them, and processes that were told one.</summary>
    private Task<string> FindAsync(long server, IEnumerable<string> secrets) =>
        AtConsoleAsync(
            server,
            "cat > /run/wanted; { find / -xdev -type f -not -path /run/wanted -print0; find /run /tmp /dev/shm -type f -not -path /run/wanted -print0; find /proc -maxdepth 2 -regex '/proc/[0-9]+/environ' -print0; } | xargs -0 grep -lFaf /run/wanted 2>/dev/null; rm /run/wanted",
            string.Join('\n', secrets));

    private Task<string> AtConsoleAsync(long server, string script, string input = "") => world.Hosts!.RunAtConsoleAsync(server, ["sh", "-c", script], CancellationToken.None, input);

    private Task<string> NameAsync(long server) => world.System.ScalarAsync<string>($"select name from machines where cloud_id = {server}");

    private Task<IReadOnlyList<string>> OpenAsync(string kind) => world.System.RowsAsync<string>($"select subject from findings where kind = '{kind}' and resolved_at is null");
}
