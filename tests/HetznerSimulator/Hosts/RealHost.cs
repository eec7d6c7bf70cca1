using Provisioner;
using Provisioner.Processes;

namespace HetznerSimulator.Hosts;

/// <summary>One Debian machine: a tree, a network namespace and, while it is powered on, systemd-nspawn with all that runs in it.</summary>
internal sealed class RealHost
{
    /// <summary>What systemd-nspawn leaves with when the machine asked for a reboot.</summary>
    private const int AskedForReboot = 133;

    private static readonly TimeSpan ShutDownLimit = TimeSpan.FromSeconds(60);

    private readonly string machine;
    private readonly string folder;
    private readonly HostTree tree;
    private readonly WorldNetwork network;
    private readonly ControlGroups groups;
    private readonly HostRequest request;
    private Task running = Task.CompletedTask;

    /// <param name="number">Its own for as long as the world lasts.</param>
    /// <param name="source">The tree that it begins as.</param>
    public RealHost(World world, WorldNetwork network, int number, string source, HostRequest request)
    {
        machine = $"{world.Id}-{number}";
        folder = Path.Combine(world.Folder, $"{number}");
        tree = new HostTree(folder, world.Trash);
        groups = new ControlGroups($"{world.Id}/{number}");
        this.network = network;
        this.request = request;
        Source = source;
    }

    /// <summary>The tree that it began as, and still reads.</summary>
    public string Source { get; }

    private bool IsRunning => !running.IsCompleted;

    private string ProcessFile => Path.Combine(folder, "pid");

    private string Console => Path.Combine(folder, "console.log");

    /// <summary>Makes the machine, powered off; what a failure leaves, <see cref="DeleteAsync"/> removes.</summary>
    public async Task MakeAsync(OuterMachine outer, CancellationToken ct)
    {
        await tree.CreateAsync(Source, ct);
        await FirstBoot.PrepareAsync(tree.Root, machine, request, outer, ct);
        await network.JoinAsync(machine, request.Address, ct);
    }

    /// <summary>Powers it on; returns when it boots.</summary>
    public async Task StartAsync(CancellationToken ct)
    {
        if (IsRunning)
        {
            return;
        }

        await running;
        File.Delete(ProcessFile);
        running = RunAsync();
        while (!File.Exists(ProcessFile))
        {
            if (!IsRunning)
            {
                await running;
            }

            await Task.Delay(10, ct);
        }

        await groups.LimitMemoryAsync((long)(request.MemoryGb * (1L << 30)), ct);
    }

    /// <summary>Powers it off; one that does not shut down within a minute loses its power.</summary>
    public async Task StopAsync(bool graceful, CancellationToken ct)
    {
        if (graceful && IsRunning)
        {
            await SignalAsync("TERM", ct);
            await Task.WhenAny(running, Task.Delay(ShutDownLimit, ct));
            ct.ThrowIfCancellationRequested();
        }

        if (IsRunning)
        {
            await SignalAsync("KILL", ct);
        }

        await running.WaitAsync(ct);
        await groups.RemoveAsync(ct);
    }

    /// <summary>Copies the disk as it is at one moment; returns the copy's size in bytes.</summary>
    public async Task<long> CopyAsync(string target, CancellationToken ct)
    {
        if (!IsRunning)
        {
            return await tree.CopyAsync(target, ct);
        }

        await using var still = await groups.FreezeAsync(ct);
        return await tree.CopyAsync(target, ct);
    }

    /// <summary>Runs a command in the machine, as root.</summary>
    public async Task<string> RunAtConsoleAsync(IReadOnlyList<string> command, string input, CancellationToken ct)
    {
        var nspawn = (await File.ReadAllTextAsync(ProcessFile, ct)).Trim();
        var first = (await File.ReadAllTextAsync($"/proc/{nspawn}/task/{nspawn}/children", ct)).Trim();
        var entered = new Command("nsenter", [$"--target={first}", "--mount", "--uts", "--ipc", "--net", "--pid", "--", .. command]) { Input = input };
        return (await entered.RunAsync(ct)).OrThrow($"{command[0]} on host {machine} failed").Output;
    }

    public async Task DeleteAsync(CancellationToken ct)
    {
        await StopAsync(graceful: false, ct);
        await network.LeaveAsync(machine, ct);
        await tree.DeleteAsync(ct);
    }

    private async Task RunAsync()
    {
        // The life of a machine does not depend on the request that powers it on.
        while (await RunOnceAsync() == AskedForReboot)
        {
            await groups.RemoveAsync(CancellationToken.None);
        }
    }

    private async Task<int> RunOnceAsync()
    {
        const string Boot = "echo $$ > \"$1\"; log=$2; shift 2; exec \"$@\" >>\"$log\" 2>&1 </dev/null";
        var nspawn = new Command(
            "sh",
            [
                "-c", ControlGroups.Enter, "sh", .. groups.Folders, "--",
                "sh", "-c", Boot, "sh", ProcessFile, Console,
                "systemd-nspawn", "--quiet", "--boot", $"--directory={tree.Root}", $"--machine={machine}",
                "--register=no", "--keep-unit", "--resolv-conf=off", "--timezone=off", "--link-journal=no",
                $"--network-namespace-path=/run/netns/{machine}", "--capability=CAP_NET_ADMIN",
            ])
        {
            // Else a machine could not set what belongs to its own network alone.
            Variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["SYSTEMD_NSPAWN_API_VFS_WRITABLE"] = "network" },
        };
        var ended = await nspawn.RunAsync(CancellationToken.None);
        return ended.Error.Length == 0
            ? ended.ExitCode
            : throw new ProvisioningException("host_not_started", $"Host {machine} did not start: {ended.Error.Trim()}. Its console: {Console}");
    }

    private async Task SignalAsync(string signal, CancellationToken ct)
    {
        var sent = await new Command("kill", "-s", signal, (await File.ReadAllTextAsync(ProcessFile, ct)).Trim()).RunAsync(ct);
        if (!sent.Succeeded && IsRunning)
        {
            sent.OrThrow($"Could not stop host {machine}");
        }
    }
}
