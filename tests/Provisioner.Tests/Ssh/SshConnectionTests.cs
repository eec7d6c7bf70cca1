using System.Text;
using Provisioner.Ssh;
using Support;
using Support.Hosts;

namespace Provisioner.Tests.Ssh;

[Collection(RealServerCollection.Name)]
public sealed class SshConnectionTests(RealServer server)
{
    private static CancellationToken None => CancellationToken.None;

    [RealHostFact]
    public async Task Arguments_arrive_as_they_are_whatever_characters_they_hold()
    {
        string[] hostile = ["; touch /tmp/planted", "$(touch /tmp/planted)", "`id`", "it's", "\"quoted\"", "two\nlines", "$HOME", "*", "\\", "", "ü", "-n", "'; echo '"];
        await using var connection = await server.OpenAsync();

        var printed = await connection.RunAsync(new RemoteCommand("printf", ["%s\\0", .. hostile]), None);
        var asRoot = await connection.RunAsync(new RemoteCommand("printf", ["%s\\0", .. hostile]) { AsRoot = true }, None);

        printed.Output.Split('\0')[..^1].ShouldBe(hostile);
        asRoot.Output.ShouldBe(printed.Output);
        (await connection.RunAsync(new RemoteCommand("test", "-e", "/tmp/planted"), None)).ExitCode.ShouldBe(1);
    }

    [RealHostFact]
    public async Task Output_comes_line_by_line_while_the_command_runs()
    {
        await using var connection = await server.OpenAsync();
        var first = new TaskCompletionSource<string>();

        var running = connection.RunAsync(
            new RemoteCommand("sh", "-c", "echo one; while [ ! -e /tmp/goon ]; do sleep 0.1; done; echo two; echo three >&2; exit 7"), None, line => first.TrySetResult(line));

        (await first.Task.WaitAsync(TimeSpan.FromMinutes(1))).ShouldBe("one");
        running.IsCompleted.ShouldBeFalse();
        await connection.RunAsync(new RemoteCommand("touch", "/tmp/goon"), None);
        var ended = await running;
        ended.ExitCode.ShouldBe(7);
        ended.Output.ShouldBe("one\ntwo\n");
        ended.Error.ShouldBe("three\n");
    }

    [RealHostFact]
    public async Task A_failed_command_says_its_last_lines()
    {
        await using var connection = await server.OpenAsync();

        var failed = await connection.RunAsync(new RemoteCommand("sh", "-c", "seq 1 100 >&2; exit 255"), None);

        var thrown = Should.Throw<RemoteCommandException>(() => failed.OrThrow("Counting failed"));
        thrown.ExitCode.ShouldBe(255);
        thrown.LastLines.ShouldStartWith("81\n");
        thrown.Message.ShouldEndWith("\n100");
    }

    [RealHostFact]
    public async Task A_cancelled_command_ends_on_the_host_too()
    {
        await using var connection = await server.OpenAsync();
        using var cancel = new CancellationTokenSource();
        var begun = new TaskCompletionSource();

        var running = connection.RunAsync(new RemoteCommand("sh", "-c", "echo begun; sleep 98765") { AsRoot = true }, cancel.Token, _ => begun.TrySetResult());
        await begun.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(running);
        await Eventually.Async(
            async () => (await connection.RunAsync(new RemoteCommand("pgrep", "-f", "sleep 9876[5]"), None)).ExitCode == 1, TimeSpan.FromSeconds(30), "the command ends");
    }

    [RealHostFact]
    public async Task A_command_that_takes_too_long_is_ended_and_says_so()
    {
        await using var connection = await server.OpenAsync();

        var thrown = await Should.ThrowAsync<ProvisioningException>(
            () => connection.RunAsync(new RemoteCommand("sleep", "87654") { Limit = TimeSpan.FromSeconds(2) }, None));

        thrown.Code.ShouldBe("remote_command_late");
        await Eventually.Async(
            async () => (await connection.RunAsync(new RemoteCommand("pgrep", "-f", "sleep 8765[4]"), None)).ExitCode == 1, TimeSpan.FromSeconds(30), "the command ends");
    }

    [RealHostFact]
    public async Task A_host_with_another_key_is_refused_before_anything_is_sent()
    {
        await using var trusted = await server.OpenAsync();
        var other = await SshKeyPair.GenerateAsync(None);

        var thrown = await Should.ThrowAsync<HostKeyChangedException>(() => SshConnection.OpenAsync(server.Target with { HostKeys = [other.PublicKey] }, server.Key, None));

        thrown.Code.ShouldBe("host_key_changed");
        thrown.Message.ShouldContain(other.PublicKey);
    }

    [RealHostFact]
    public async Task A_key_that_the_host_does_not_know_is_refused()
    {
        await using var connection = await server.OpenAsync();
        var stranger = await SshKeyPair.GenerateAsync(None);

        await Should.ThrowAsync<SshRefusedException>(() => SshConnection.OpenAsync(server.Target, stranger, None));
        await Should.ThrowAsync<SshRefusedException>(() => SshConnection.OpenAsync(server.Target with { User = "root" }, stranger, None));
    }

    [RealHostFact]
    public async Task Nobody_at_the_address_may_get_better()
    {
        var thrown = await Should.ThrowAsync<SshUnreachableException>(() => SshConnection.OpenAsync(server.Target with { Port = 9 }, server.Key, None));

        thrown.Message.ShouldContain("refused");
    }

    [RealHostFact]
    public async Task A_file_appears_whole_with_its_owner_and_mode_or_not_at_all()
    {
        await using var connection = await server.OpenAsync();
        var content = Encoding.UTF8.GetBytes("secret 'ü' $(id)\n\0\u0001");

        await connection.UploadAsync("/etc/up load", new MemoryStream(content), UnixFileMode.UserRead | UnixFileMode.GroupRead, None, owner: "root:keeper");

        var seen = await connection.RunAsync(new RemoteCommand("sh", "-c", "stat -c '%a %U %G' \"$1\" && base64 \"$1\"", "sh", "/etc/up load"), None);
        seen.OrThrow("unreadable").Output.ShouldBe($"440 root keeper\n{Convert.ToBase64String(content)}\n");
        await Should.ThrowAsync<RemoteCommandException>(() => connection.UploadAsync("/no/such/folder/file", new MemoryStream(content), UnixFileMode.UserRead, None));
        var left = await connection.RunAsync(new RemoteCommand("sh", "-c", "ls /etc | grep -c 'up load'") { AsRoot = true }, None);
        left.Output.ShouldBe("1\n");
    }

    [RealHostFact]
    public async Task No_key_file_is_left_while_a_login_lasts_and_nothing_after_it()
    {
        string folder;
        await using (var connection = await server.OpenAsync())
        {
            folder = Path.GetDirectoryName(connection.Files.ControlSocket)!;

            Directory.GetFileSystemEntries(folder).Select(Path.GetFileName).ShouldBe(["known_hosts", "s"], ignoreOrder: true);
            File.GetUnixFileMode(folder).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        Directory.Exists(folder).ShouldBeFalse();
    }

    [Fact]
    public async Task A_key_file_is_readable_by_us_only_and_gone_with_its_folder()
    {
        var key = await SshKeyPair.GenerateAsync(None);
        string file;
        using (var files = await SshFiles.CreateAsync(new SshTarget { Alias = "a", Address = "127.0.0.1", User = "a", HostKeys = [key.PublicKey] }, key, None))
        {
            await files.WriteKeyAsync(None);
            file = files.KeyFile;

            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            string.Join(' ', files.Options).ShouldNotContain("PRIVATE");
            files.ControlSocket.Length.ShouldBeLessThan(80);
        }

        File.Exists(file).ShouldBeFalse();
    }
}
