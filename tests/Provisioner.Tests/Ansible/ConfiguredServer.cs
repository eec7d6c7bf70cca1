using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using HetznerSimulator.Hosts;
using Provisioner.Ansible;
using Provisioner.Postgres;
using Provisioner.Ssh;
using Support.Hosts;

namespace Provisioner.Tests.Ansible;

/// <summary>A plain Debian machine on which <c>site.yml</c> ran once, for all tasks that a server can have. Tests leave it as they found it.</summary>
public sealed class ConfiguredServer : IAsyncLifetime
{
    public const string Domain = "canary-domain.test";
    public const string Admin = "controlplane";

    /// <summary>Ansible would run the first, a shell the second, systemd the rest.</summary>
    public const string Hostile = """{{ lookup('pipe', 'id') }} {% raw %} $(id) `id` $HOME %i \n "quoted" 'single' äß€😀 #""";

    public const string Canary = "canary-4d0b2c";

    public static readonly IReadOnlyList<string> AllGroups = ["database", "cache", "application", "edge", "monitoring"];

    public static readonly Playbook Site = new(FolderOfRoles());

    private string? verifier;

    public RealServer Server { get; } = new();

    public string AdminPassword { get; } = LoginPassword.Generate().Reveal();

    /// <summary>How the first run ended, and how long it took.</summary>
    public PlaybookRecap FirstRun { get; private set; } = null!;

    public TimeSpan FirstRunTook { get; private set; }

    /// <summary>Each line of it, after the seconds that had passed.</summary>
    public List<string> FirstRunSaid { get; } = [];

    public async Task InitializeAsync()
    {
        await Server.InitializeAsync();
        if (await HostRequirements.WhyNotAsync(CancellationToken.None) is not null)
        {
            return;
        }

        await using (var connection = await Server.OpenAsync())
        {
            await connection.WaitForFirstBootAsync(CancellationToken.None);
        }

        var clock = Stopwatch.StartNew();
        FirstRun = await RunAsync(line => FirstRunSaid.Add(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds:000.0} {line}")));
        FirstRunTook = clock.Elapsed;
    }

    public Task DisposeAsync() => Server.DisposeAsync();

    /// <summary>What a caller says of it.</summary>
    public JsonObject Variables() => new()
    {
        ["admin_user"] = "keeper",
        ["admin_keys"] = new JsonArray(Server.Key.PublicKey),
        ["domain"] = Domain,
        ["postgresql_server_name"] = "database.test",
        ["postgresql_admin"] = Admin,
        ["postgresql_admin_verifier"] = verifier ??= ScramVerifier.Create(AdminPassword).ToString(),
        ["app_program"] = "serve",
        ["app_environment"] = new JsonObject { ["MOTTO"] = Hostile, ["SECRET"] = Canary },
        ["app_health_seconds"] = 5,
        ["app_drain_seconds"] = 0,
    };

    /// <summary>Runs <c>site.yml</c> on the shared machine, or another one.</summary>
    /// <param name="change">What is said otherwise this time.</param>
    public Task<PlaybookRecap> RunAsync(Action<string>? onLine = null, JsonObject? change = null, IReadOnlyList<string>? tags = null, SshTarget? target = null, string name = "site.yml")
    {
        var variables = Variables();
        foreach (var (key, value) in change ?? new JsonObject())
        {
            variables[key] = value?.DeepClone();
        }

        return Site.RunAsync(name, new PlaybookHost(target ?? Server.Target, AllGroups, variables), Server.Key, onLine, CancellationToken.None, tags);
    }

    /// <summary>Runs a shell command on it as root; returns its output.</summary>
    public async Task<string> ShellAsync(string command, SshTarget? target = null)
    {
        await using var connection = await Server.OpenAsync(target);
        return (await connection.RunAsync(new RemoteCommand("sh", "-c", command) { AsRoot = true }, CancellationToken.None)).OrThrow(command).Output;
    }

    public static string FolderOfRoles([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "ansible"));
}
