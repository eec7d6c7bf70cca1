using System.Collections.Concurrent;
using Provisioner.Ssh;
using Support;
using Support.Hosts;

namespace Provisioner.Tests.Ssh;

[Collection(RealServerCollection.Name)]
public sealed class RemoteUnitTests(RealServer server)
{
    private static CancellationToken None => CancellationToken.None;

    [RealHostFact]
    public async Task A_second_attempt_finds_the_first_running_follows_it_and_takes_its_result()
    {
        await using var connection = await server.OpenAsync();
        var work = new RemoteCommand("sh", "-c", "echo run >> /tmp/runs; echo started; while [ ! -e /tmp/finish ]; do sleep 0.1; done; echo finished; exit 3");
        var begun = new TaskCompletionSource();
        using var cancel = new CancellationTokenSource();

        var first = Unit("second-attempt").RunAsync(work, _ => begun.TrySetResult(), cancel.Token);
        await begun.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(first);
        var lines = new ConcurrentQueue<string>();
        var second = Unit("second-attempt").RunAsync(work, lines.Enqueue, None);
        await connection.RunAsync(new RemoteCommand("touch", "/tmp/finish"), None);

        (await second).ShouldBe(3);
        lines.ShouldBe(["started", "finished"]);
        (await Unit("second-attempt").RunAsync(work, _ => { }, None)).ShouldBe(3);
        (await connection.RunAsync(new RemoteCommand("cat", "/tmp/runs"), None)).Output.ShouldBe("run\n");
    }

    [RealHostFact]
    public async Task Ssh_lost_in_the_middle_is_found_again_and_no_line_is_lost_or_doubled()
    {
        await using var connection = await server.OpenAsync();
        var lines = new ConcurrentQueue<string>();
        var running = Unit("lost-in-the-middle").RunAsync(
            new RemoteCommand("sh", "-c", "for i in $(seq 1 5); do echo $i; done; while [ ! -e /tmp/lost ]; do sleep 0.1; done; echo 6"), lines.Enqueue, None);
        await Eventually.Async(() => lines.Count == 5, TimeSpan.FromMinutes(1), "the work is under way");

        // Every session but the listener, and with them the one that asks for it: its answer may be lost too.
        await IsLostAsync(connection, new RemoteCommand("systemd-run", "--quiet", "pkill", "-u", "keeper", "sshd") { AsRoot = true });
        await Eventually.Async(() => IsLostAsync(connection, new RemoteCommand("true")), TimeSpan.FromMinutes(1), "the connection is lost");
        await using var again = await server.OpenAsync();
        await again.RunAsync(new RemoteCommand("touch", "/tmp/lost"), None);

        (await running).ShouldBe(0);
        lines.ShouldBe(["1", "2", "3", "4", "5", "6"]);
    }

    [RealHostFact]
    public async Task A_unit_takes_its_arguments_as_they_are_and_can_be_forgotten()
    {
        string[] hostile = ["$HOME", "${PATH}", "%n", "; exit 1", "it's", "$$", "\"", "two\nlines"];
        var unit = Unit("literal");
        var lines = new ConcurrentQueue<string>();

        var code = await unit.RunAsync(new RemoteCommand("printf", ["<%s>\\n", .. hostile]), lines.Enqueue, None);
        await unit.ForgetAsync(None);
        var anew = await unit.RunAsync(new RemoteCommand("false"), _ => { }, None);
        await unit.ForgetAsync(None);

        code.ShouldBe(0);
        string.Join('\n', lines).ShouldBe(string.Join('\n', hostile.Select(h => $"<{h}>")));
        anew.ShouldBe(1);
    }

    [RealHostFact]
    public async Task A_unit_that_a_signal_ended_says_which()
    {
        (await Unit("killed").RunAsync(new RemoteCommand("sh", "-c", "kill -KILL $$"), _ => { }, None)).ShouldBe(128 + 9);
    }

    private static async Task<bool> IsLostAsync(SshConnection connection, RemoteCommand command)
    {
        try
        {
            await connection.RunAsync(command, None);
            return false;
        }
        catch (SshUnreachableException)
        {
            return true;
        }
    }

    private RemoteUnit Unit(string name) => new(server.Target, server.Key, name);
}
