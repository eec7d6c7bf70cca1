namespace ControlPlane.Tests.Cli;

public sealed class BootstrapTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("controlplane-test-bootstrap-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task All_that_is_wrong_is_said_at_once_and_no_setting_is_repeated()
    {
        var settings = Path.Combine(folder.FullName, "settings");
        await File.WriteAllTextAsync(settings, "Hetzner__Token=a-secret\nanother-secret\n");
        var terminal = new Terminal("http://localhost:1");

        (await terminal.TypeAsync("servers", "bootstrap", "--address", "somewhere", "--domain", "-x", "--migrations", "/nowhere", "--certificate", "/nowhere.pem")).ShouldBe(2);
        foreach (var named in new[] { "--address is 'somewhere'", "--domain is '-x'", "--migrations names '/nowhere'", "--certificate-key", "/nowhere.pem" })
        {
            terminal.Error.ShouldContain(named);
        }

        (await terminal.TypeAsync("servers", "bootstrap", "--address", "203.0.113.10", "--domain", "example.com", "--migrations", folder.FullName, "--settings", settings)).ShouldBe(2);
        terminal.Error.ShouldContain("Line 2 of --settings");
        terminal.Error.ShouldNotContain("secret");
    }

    [Fact]
    public async Task Print_says_what_would_be_done_and_does_nothing()
    {
        var settings = Path.Combine(folder.FullName, "settings");
        await File.WriteAllTextAsync(settings, "# of the cloud\nHetzner__Token=a-secret\n");
        var kept = Path.Combine(folder.FullName, "kept");
        var terminal = new Terminal("http://localhost:1");

        (await terminal.TypeAsync("servers", "bootstrap", "--address", "203.0.113.10", "--domain", "example.com", "--migrations", folder.FullName, "--settings", settings, "--folder", kept, "--print")).ShouldBe(0);

        terminal.Out.ShouldContain("https://control.example.com");
        terminal.Out.ShouldContain("database, control, edge, monitoring");
        terminal.Out.ShouldContain("Hetzner__Token");
        terminal.Out.ShouldNotContain("a-secret");
        Directory.Exists(kept).ShouldBeFalse();
    }
}
