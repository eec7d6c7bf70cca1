using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using EndToEnd.World;
using Provisioner.Ssh;
using Support;
using Support.Hosts;
using Xunit.Abstractions;

namespace EndToEnd.Machines;

/// <summary>The control plane's own server, from a plain Debian that lets one user in.</summary>
public sealed class BootstrapTests(RealServer machines, ITestOutputHelper output) : IClassFixture<RealServer>, IDisposable
{
    private const string Domain = "platform.test";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("controlplane-bootstrap-");

    public void Dispose() => folder.Delete(recursive: true);

    [RealHostFact]
    public async Task A_plain_server_becomes_the_control_planes_own_and_a_second_run_changes_nothing()
    {
        await using (var up = await machines.OpenAsync())
        {
            await up.WaitForFirstBootAsync(CancellationToken.None);
        }

        var key = Path.Combine(folder.FullName, "first");
        await File.WriteAllTextAsync(key, machines.Key.RevealPrivateKey());
        await File.WriteAllTextAsync(key + ".pub", machines.Key.PublicKey);
        var settings = Path.Combine(folder.FullName, "settings");
        await File.WriteAllTextAsync(settings, "# Fewer than usual\nControlPlane__Workers=4\n");

        var unknown = await BootstrapAsync("--key-file", key);
        unknown.ExitCode.ShouldBe(2, unknown.Text);
        unknown.Text.ShouldContain($"--host-key \"{machines.Target.HostKeys[0]}\"");

        var first = await BootstrapAsync("--key-file", key, "--login", machines.Target.User, "--host-key", machines.Target.HostKeys[0], "--settings", settings);
        output.WriteLine(first.Text);
        first.ExitCode.ShouldBe(0, first.Text);
        (await AskAsync("/v1/plans"))["items"]!.AsArray().Count.ShouldBeGreaterThan(3);
        var page = await ReadAsync("/");
        page.ShouldContain("<h1>Sign in</h1>");
        page.ShouldNotContain("came without TLS", Case.Insensitive, "the control plane must believe the web server beside it");

        var second = await BootstrapAsync("--settings", settings);
        output.WriteLine(second.Text);
        second.ExitCode.ShouldBe(0, second.Text);
        second.Text.ShouldContain(", 0 of them changed something");

        await machines.Hosts.RunAtConsoleAsync(machines.Id, ["pkill", "-KILL", "-x", "ControlPlane"], CancellationToken.None);
        await Eventually.Async(async () => await AnswersAsync(), TimeSpan.FromMinutes(1), "the control plane is back by itself");
        (await AskAsync("/v1/servers"))["items"]!.AsArray().ShouldBeEmpty();
    }

    private async Task<Ctl> BootstrapAsync(params string[] further) => await Ctl.RunAsync(
        new Uri("http://127.0.0.1:9"),
        "none",
        ["servers", "bootstrap", "--address", machines.Target.Address, "--domain", Domain, "--migrations", Programs.Crm, "--folder", Path.Combine(folder.FullName, "kept"), .. further]);

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await AskAsync("/v1/plans");
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>By its name, with the first admin's key, trusting the server's own certificate alone.</summary>
    private async Task<JsonNode> AskAsync(string path) => JsonNode.Parse(await ReadAsync(path))!;

    private async Task<string> ReadAsync(string path)
    {
        var kept = Path.Combine(folder.FullName, "kept");
        using var pinned = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(kept, "control.crt"));
        using var http = Via.Address(
            IPAddress.Parse(machines.Target.Address), judge: (_, shown, _, errors) => !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) && shown!.Equals(pinned));
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(Path.Combine(kept, "admin.key"))).Trim());
        return await http.GetStringAsync(new Uri($"https://control.{Domain}{path}"));
    }
}
