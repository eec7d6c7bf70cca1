using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ControlPlane.Tests.Billing;

public sealed partial class ReadmeTests(BillingWorld billing) : IClassFixture<BillingWorld>
{
    [Fact]
    public async Task The_signed_example_works_as_it_is_written()
    {
        var slug = await billing.NewTenantAsync();
        var example = Example().Match(await File.ReadAllTextAsync(ReadmeFile())).Groups["script"].Value;
        example.ShouldContain("curl");
        var script = example
            .Replace("BILLING_SECRET=…", $"BILLING_SECRET={BillingWorld.Secret}", StringComparison.Ordinal)
            .Replace("acme", slug, StringComparison.Ordinal)
            .Replace("http://localhost:5080", billing.Api.App.Urls.First(), StringComparison.Ordinal);

        using var bash = Process.Start(new ProcessStartInfo("bash") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await bash.StandardInput.WriteAsync(script);
        bash.StandardInput.Close();
        var answer = await bash.StandardOutput.ReadToEndAsync();

        ((string)JsonNode.Parse(answer)!["outcome"]!).ShouldBe("done", answer);
        (await billing.PlanOfAsync(slug)).ShouldBe("professional");
    }

    private static string ReadmeFile()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ControlPlane.sln")))
        {
            folder = folder.Parent!;
        }

        return Path.Combine(folder.FullName, "README.md");
    }

    [GeneratedRegex("## Billing\n.*?```\n(?<script>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Example();
}
