using System.Diagnostics;
using System.Globalization;
using Provisioner.Processes;

namespace Provisioner.Ssh;

/// <summary>
/// One login on one host, for one operation, over the system's OpenSSH client. Commands share it by a control socket that
/// nobody else knows. It ends when disposed, and also when this process dies.
/// </summary>
public sealed class SshConnection : IAsyncDisposable
{
    /// <summary>Says that the login worked, then waits for the end of our own life: its standard input.</summary>
    private const string StayOpen = "echo ready; exec cat >/dev/null";

    /// <summary>The process group is the shell's, which ours replaces: sshd makes a session of each command.</summary>
    private const string TellProcess = """echo "$$" >&2; exec "$@" """;

    /// <summary>What the client leaves with for its own failures, and a command can leave with, too.</summary>
    private const int ClientFailed = 255;

    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(10);

    private readonly SshTarget target;
    private readonly SshFiles files;
    private readonly Process login;

    private SshConnection(SshTarget target, SshFiles files, Process login)
    {
        this.target = target;
        this.files = files;
        this.login = login;
    }

    public SshTarget Target => target;

    internal SshFiles Files => files;

    /// <summary>Logs in; the host must show a pinned key.</summary>
    /// <exception cref="SshUnreachableException">Transient.</exception>
    /// <exception cref="HostKeyChangedException"/>
    /// <exception cref="SshRefusedException"/>
    public static async Task<SshConnection> OpenAsync(SshTarget target, SshKeyPair key, CancellationToken ct)
    {
        var made = await SshFiles.CreateAsync(target, key, ct);
        try
        {
            await made.WriteKeyAsync(ct);
            var running = new Command(
                "ssh",
                [.. made.Options, "-T", "-o", "ControlMaster=yes", "-o", $"ControlPath={made.ControlSocket}", "-o", "ControlPersist=no", "--", target.Address, StayOpen]).Start();
            await WaitAsync(running, target, ct);
            made.RemoveKey();
            return new SshConnection(target, made, running);
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    /// <summary>Logs in to a host that may still be booting: tries again for as long as it cannot be reached.</summary>
    /// <param name="limit">After which the last <see cref="SshUnreachableException"/> is thrown.</param>
    /// <inheritdoc cref="OpenAsync" path="/exception"/>
    public static async Task<SshConnection> OpenWhenUpAsync(SshTarget target, SshKeyPair key, TimeSpan limit, CancellationToken ct)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await OpenAsync(target, key, ct);
            }
            catch (SshUnreachableException) when (waited.Elapsed < limit)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(300), ct);
            }
        }
    }

    /// <summary>
    /// Runs a command to its end, whatever its exit code. Cancelled, or late, it is ended on the host as well, as far as that
    /// can still be reached.
    /// </summary>
    /// <param name="onLine">Called with each line of output and error as it comes; from one thread at a time.</param>
    /// <exception cref="SshUnreachableException">The connection was lost, and with it the exit code. The command may have run.</exception>
    /// <exception cref="ProvisioningException"><c>remote_command_late</c>: it ran longer than its limit.</exception>
    public async Task<RemoteResult> RunAsync(RemoteCommand command, CancellationToken ct, Action<string>? onLine = null)
    {
        const int NotKnown = -1;
        var group = NotKnown;
        var gate = new Lock();
        var run = Session($"exec {ShellWords.Quote(["sh", "-c", TellProcess, "sh", .. command.Words])}") with
        {
            InputStream = command.Input,
            OnOutputLine = onLine is null ? null : Say,
            OnErrorLine = line =>
            {
                // The first line is our own.
                if (Interlocked.CompareExchange(ref group, int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0, NotKnown) != NotKnown)
                {
                    Say(line);
                }
            },
        };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(command.Limit);
        try
        {
            var ended = await run.RunAsync(limit.Token);
            if (ended.ExitCode == ClientFailed && !await IsAliveAsync(limit.Token))
            {
                throw new SshUnreachableException(target, "the connection was lost while a command ran");
            }

            return new RemoteResult(target.Alias, ended.ExitCode, ended.Output, ended.Error[(ended.Error.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
        }
        catch (OperationCanceledException)
        {
            if (Volatile.Read(ref group) is > 0 and var begun)
            {
                await KillAsync(begun, command.AsRoot);
            }

            ct.ThrowIfCancellationRequested();
            throw new ProvisioningException("remote_command_late", $"{command.Program} on {target} ran longer than {command.Limit.TotalSeconds:0} s and was ended. See what holds it up there, or give it more time.");
        }

        void Say(string line)
        {
            lock (gate)
            {
                onLine?.Invoke(line);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!login.HasExited)
        {
            login.Kill();
            await login.WaitForExitAsync(CancellationToken.None);
        }

        login.Dispose();
        files.Dispose();
    }

    private static async Task WaitAsync(Process running, SshTarget target, CancellationToken ct)
    {
        try
        {
            if (await running.StandardOutput.ReadLineAsync(ct) == "ready")
            {
                return;
            }

            throw SshFailure.Of(target, await running.StandardError.ReadToEndAsync(ct));
        }
        catch
        {
            running.Kill();
            running.Dispose();
            throw;
        }
    }

    /// <summary>A session of this login; where it is lost no new connection is made, since that one would lack the key.</summary>
    private Command Session(string line) =>
        new("ssh", [.. files.Options, "-T", "-o", "ControlMaster=no", "-o", $"ControlPath={files.ControlSocket}", "-o", "ProxyCommand=false", "--", target.Address, line]);

    private async Task<bool> IsAliveAsync(CancellationToken ct) => (await Session("exit 0").RunAsync(ct)).Succeeded;

    private async Task KillAsync(int group, bool asRoot)
    {
        using var limit = new CancellationTokenSource(KillLimit);
        try
        {
            await Session(ShellWords.Quote(new RemoteCommand("kill", "-s", "TERM", "--", $"-{group}") { AsRoot = asRoot }.Words)).RunAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // The host does not answer; sshd there ends the session when it notices.
        }
    }
}
