using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace HetznerSimulator.Tests.Tools;

public sealed class SimulatorCommandTests
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "HetznerSimulator.dll");

    [Fact]
    public async Task Help_shows_how_to_begin()
    {
        var help = await Tool.RunAsync("dotnet", [Program, "--help"]);

        foreach (var taught in (string[])["HCLOUD_ENDPOINT", "hcloud server create", "/_simulator", "--port", "--token", "--rate-limit", "--action-time", "--servers"])
        {
            help.ShouldContain(taught);
        }
    }

    [Fact]
    public async Task It_runs_on_its_own_and_says_where()
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Program, "--port", "0", "--token", "mine", "--rate-limit", "7", "--servers", "3", "--dns", "0"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            var line = await process.StandardOutput.ReadLineAsync(limit.Token);
            var address = Regex.Match(line!, "http://127.0.0.1:[0-9]+/v1", RegexOptions.None, TimeSpan.FromSeconds(1)).Value;
            using var client = new HttpClient();
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "mine");

            var response = await client.GetAsync(new Uri($"{address}/servers"), limit.Token);

            (await response.Content.ReadAsStringAsync(limit.Token)).ShouldContain("\"total_entries\":3");
            response.Headers.GetValues("RateLimit-Limit").Single().ShouldBe("7");
            (await process.StandardOutput.ReadLineAsync(limit.Token)).ShouldNotBeNull().ShouldMatch("Its zones are served at 127.0.0.1:[0-9]+");
        }
        finally
        {
            process.Kill();
        }
    }
}
