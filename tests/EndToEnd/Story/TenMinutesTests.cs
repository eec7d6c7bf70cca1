using System.Diagnostics;
using System.Text.RegularExpressions;
using EndToEnd.World;

namespace EndToEnd.Story;

/// <summary>"Put it into your application in ten minutes", as the page of TenantRuntime has it.</summary>
public sealed partial class TenMinutesTests : IDisposable
{
    private const string Placeholder = "path/to/";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("controlplane-notes-");
    private readonly string page = File.ReadAllText(Path.Combine(Programs.Root, "TenantRuntime", "README.md"));

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task An_empty_application_that_follows_the_page_serves_each_customer_from_its_own_database()
    {
        await DoAsync("dotnet new web --name notes --output . --no-restore");
        await DoAsync(Block("sh", "dotnet add reference").Replace(Placeholder, $"{Programs.Root}/", StringComparison.Ordinal));
        await File.WriteAllTextAsync(In("Program.cs"), Block("csharp", "AddTenantRuntime"));
        Directory.CreateDirectory(In("migrations"));
        page.ShouldContain("migrations/20260101000000_notes.sql");
        await File.WriteAllTextAsync(In("migrations/20260101000000_notes.sql"), Block("sql", "create table"));
        await DoAsync("dotnet build -c Release --nologo -v quiet -p:BuildProjectReferences=false");
        var settings = Settings().Matches(Block("sh", "dotnet run --urls")).ToDictionary(s => s.Groups["name"].Value, s => s.Groups["value"].Value, StringComparer.Ordinal);
        settings.Keys.ShouldBe(["TenantRuntime__ControlPlane", "TenantRuntime__KeyFile", "TenantRuntime__BaseDomain", "TenantRuntime__SnapshotPath"]);

        await using var system = await LiveSystem.StartAsync(migrations: In("migrations"));
        await system.OnboardAsync("acme");
        await system.OnboardAsync("globex");
        settings["TenantRuntime__KeyFile"] = In("runtime.key");
        await File.WriteAllTextAsync(settings["TenantRuntime__KeyFile"], await system.RuntimeKeyAsync());
        settings["TenantRuntime__ControlPlane"] = system.ControlPlane.Address.ToString();
        using var application = await system.StartApplicationAsync(In("bin/Release/net10.0/notes.dll"), settings);

        foreach (var slug in new[] { "acme", "globex" })
        {
            (await application.GetAsync(slug, "/")).Expect(200).Text.ShouldBe($"Hello, {slug}");
            (await application.GetAsync(slug, "/notes")).Expect(200).Text.ShouldBe("""[{"id":1,"text":"Every customer begins with this one"}]""");
        }

        (await application.PostAsync("acme", "/notes", new { id = 0, text = "Safely written" })).Expect(200);
        (await application.GetAsync("acme", "/notes")).Expect(200).Text.ShouldContain("Safely written");

        (await application.GetAsync("nobody", "/")).Expect(404);
    }

    private string In(string path) => Path.Combine(folder.FullName, path);

    /// <summary>The page's block of code that has these words.</summary>
    private string Block(string language, string words) => Blocks().Matches(page)
        .Where(b => b.Groups["language"].Value == language)
        .Select(b => Indent().Replace(b.Groups["code"].Value, ""))
        .Single(b => b.Contains(words, StringComparison.Ordinal));

    private async Task DoAsync(string line)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-ec", line])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.FullName,
        })!;
        var said = Task.WhenAll(shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(Limit);
        await shell.WaitForExitAsync(limit.Token);
        shell.ExitCode.ShouldBe(0, $"{line}{Environment.NewLine}{string.Join(Environment.NewLine, await said)}");
    }

    [GeneratedRegex(@"^   ```(?<language>\w+)\n(?<code>.*?)^   ```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Blocks();

    [GeneratedRegex("^ {1,3}", RegexOptions.Multiline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Indent();

    [GeneratedRegex("^export (?<name>\\w+)=(?<value>.+)$", RegexOptions.Multiline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Settings();
}
