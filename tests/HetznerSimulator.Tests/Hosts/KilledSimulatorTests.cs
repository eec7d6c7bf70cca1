using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using HetznerSimulator.Hosts;
using Provisioner.Processes;
using Support;
using Support.Hosts;

namespace HetznerSimulator.Tests.Hosts;

/// <summary>The simulator as a process of its own, with a folder of its own, killed while it has a running host.</summary>
public sealed class KilledSimulatorTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly List<Process> started = [];
    private readonly string cache = Directory.CreateTempSubdirectory("controlplane-killed-").FullName;

    public void Dispose()
    {
        foreach (var process in started)
        {
            process.Kill();
            process.Dispose();
        }

        // The removal of files may still go on in there.
        using var remove = Process.Start("rm", ["-rf", cache]);
        remove.WaitForExit();
    }

    [RealHostFact]
    public async Task Nothing_stays_of_a_killed_simulator()
    {
        var (simulator, id) = await StartWithHostAsync();
        (await Traces.OfAsync(id, cache)).ShouldNotBeEmpty();

        simulator.Kill();

        await Eventually.Async(async () => (await Traces.OfAsync(id, cache)).Length == 0, Limit, "the guardian removes all");
    }

    [RealHostFact]
    public async Task Where_the_guardian_was_killed_too_clean_removes_all_and_leaves_the_living_alone()
    {
        await using var living = await RealHosts.StartAsync(CancellationToken.None);
        var (simulator, id) = await StartWithHostAsync();
        await KillGuardianAsync(id);
        simulator.Kill();
        await simulator.WaitForExitAsync();

        (await Traces.OfAsync(id, cache)).ShouldNotBeEmpty();
        var clean = Start("clean");
        (await clean.StandardOutput.ReadToEndAsync()).ShouldContain(id);
        await clean.WaitForExitAsync();

        clean.ExitCode.ShouldBe(0);
        (await Traces.OfAsync(id, cache)).ShouldBeEmpty();
        (await Traces.OfAsync(living.Id, RealHosts.DefaultFolder)).ShouldNotBeEmpty();
    }

    private async Task<(Process Simulator, string Id)> StartWithHostAsync()
    {
        // The tree is shared, which saves a minute; all else is in the folder of this test.
        await using (await RealHosts.StartAsync(CancellationToken.None))
        {
            var folder = Directory.CreateDirectory(Path.Combine(cache, "controlplane-hosts")).FullName;
            var trees = Path.Combine(folder, "trees");
            if (!Directory.Exists(trees))
            {
                File.CreateSymbolicLink(trees, Path.Combine(RealHosts.DefaultFolder, "trees"));
            }
        }

        var simulator = Start("--hosts", "real", "--port", "0", "--action-time", "0", "--token", "token");
        var words = (await simulator.StandardOutput.ReadLineAsync())!.Split(' ', ';');
        var endpoint = words.First(word => word.StartsWith("http://", StringComparison.Ordinal));
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "token");
        var created = await http.PostAsJsonAsync(
            new Uri($"{endpoint}/servers"), new { name = "killed", server_type = "cx23", image = "debian-12", location = "fsn1" });
        created.IsSuccessStatusCode.ShouldBeTrue(await created.Content.ReadAsStringAsync());
        var world = "";
        await Eventually.Async(
            () =>
            {
                world = Directory.GetDirectories(Path.Combine(cache, "controlplane-hosts/worlds")).SingleOrDefault() ?? "";
                return File.Exists(Path.Combine(world, "1/pid"));
            },
            Limit,
            "the host boots");
        return (simulator, Path.GetFileName(world));
    }

    private Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(RealHosts).Assembly.Location, .. arguments]) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["XDG_CACHE_HOME"] = cache;
        started.Add(Process.Start(start)!);
        return started[^1];
    }

    private static async Task KillGuardianAsync(string id)
    {
        const string Kill = "for c in /proc/[0-9]*/cmdline; do if grep -qz '/'\"$1\"'$' $c && grep -q remove-world.sh $c; then kill -9 $(echo $c | cut -d / -f 3); fi; done 2>/dev/null; true";
        (await new Command("sh", "-c", Kill, "sh", id).RunAsync(CancellationToken.None)).OrThrow("no guardian");
    }
}
