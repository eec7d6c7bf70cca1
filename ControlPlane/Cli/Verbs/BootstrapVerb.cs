using System.CommandLine;
using System.Net;
using System.Text.RegularExpressions;
using ControlPlane.Cli.Bootstrap;
using Provisioner.Ssh;

namespace ControlPlane.Cli.Verbs;

/// <summary><c>ctl servers bootstrap</c></summary>
internal static partial class BootstrapVerb
{
    private static readonly Option<string> Address = new("--address") { Description = "The server's IPv4 address: Debian 12, reachable by SSH.", Required = true, HelpName = "IP" };
    private static readonly Option<string> Domain = new("--domain") { Description = "The platform's domain; the control plane answers at control.DOMAIN.", Required = true, HelpName = "DOMAIN" };
    private static readonly Option<string> Migrations = new("--migrations") { Description = "Your application's migrations: a folder of SQL files, or an assembly with EF Core's.", Required = true, HelpName = "PATH" };
    private static readonly Option<string?> HostKey = Shared.Text("--host-key", "The server's host key, compared with what its own console shows. Without it the key that the network shows is printed, and nothing is done.", "KEY");
    private static readonly Option<string> Login = new("--login") { Description = "Who may log in the first time, and become root.", DefaultValueFactory = _ => "root", HelpName = "USER" };
    private static readonly Option<string?> KeyFile = Shared.Text("--key-file", "That user's private key, in OpenSSH's format and without a passphrase; by default ~/.ssh/id_ed25519.", "FILE");
    private static readonly Option<DirectoryInfo?> Program = new("--program") { Description = "A published control plane; by default this one is published from its sources.", HelpName = "DIR" };
    private static readonly Option<FileInfo?> Settings = new("--settings") { Description = "File of NAME=VALUE lines: further settings of the control plane, such as Hetzner__Token. Secrets belong here, never in an argument.", HelpName = "FILE" };
    private static readonly Option<FileInfo?> Certificate = new("--certificate") { Description = "Certificate chain in PEM for DOMAIN, *.DOMAIN and *.app.DOMAIN; without it the server makes one of its own.", HelpName = "FILE" };
    private static readonly Option<FileInfo?> CertificateKey = new("--certificate-key") { Description = "Its private key in PEM.", HelpName = "FILE" };
    private static readonly Option<string?> Folder = Shared.Text("--folder", "Where the server's keys are kept on this machine; by default ~/.config/controlplane/DOMAIN.", "DIR");
    private static readonly Option<bool> Print = new("--print") { Description = "Only say what would be done." };

    public static Verb Create(CliConsole console) =>
        new Verb(
            "bootstrap",
            """
            Sets up the control plane's own server: hardened, with PostgreSQL for the catalog, the control plane in two colours behind nginx,
            and monitoring. Run it again to bring a newer control plane there, or to change its settings. Needs Ansible on this machine.
            """,
            "ctl servers bootstrap --address 203.0.113.10 --domain example.com --migrations ./migrations --print",
            "ctl servers bootstrap --address 203.0.113.10 --domain example.com --migrations ./migrations --settings ./cloud.env --host-key \"ssh-ed25519 AAAA…\"")
            .With(Address, Domain, Migrations, HostKey, Login, KeyFile, Program, Settings, Certificate, CertificateKey, Folder, Print)
            .DoesAlone(console, RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed, Report report, CancellationToken ct)
    {
        var plan = await ReadPlanAsync(parsed, ct);
        var folder = new BootstrapFolder(parsed.GetValue(Folder) ?? BootstrapFolder.DefaultOf(plan.Domain));
        report.Details(
            ("server", $"{plan.Address}, from then on only {BootstrapPlan.Admin} may log in"),
            ("address", plan.Url.AbsoluteUri),
            ("groups", string.Join(", ", BootstrapPlan.Groups)),
            ("settings", string.Join(", ", plan.Settings.Keys)),
            ("certificate", plan.Certificate is null ? "one of its own making" : "yours"),
            ("kept in", folder.Path));
        if (parsed.GetValue(Print))
        {
            return ExitCode.Done;
        }

        folder.Create();
        if (parsed.GetValue(HostKey) is { } said)
        {
            folder.Pin(said);
        }

        if (folder.HostKeys.Count == 0)
        {
            var seen = await ServerBootstrap.ScanAsync(plan.Address, ct);
            throw new CliException($"Whether this is your server is not known yet. The network shows the key: {seen}", $"Compare it with /etc/ssh/ssh_host_ed25519_key.pub in the server's own console; then run this again with --host-key \"{seen}\"", ExitCode.Usage);
        }

        var into = Directory.CreateTempSubdirectory("control-plane-");
        try
        {
            var migrations = await ControlPlaneProgram.GatherAsync(parsed.GetValue(Program), parsed.GetValue(Migrations)!, into, report.Say, ct);
            using var archive = await ReleaseArchive.PackAsync(into, ct);
            report.Say($"Packed {archive.Bytes / 1_000_000} MB, sha256 {archive.Sha256}.");
            var bootstrap = new ServerBootstrap(plan, folder, Path.Combine(into.FullName, "ansible"), report.Say);
            await bootstrap.RunAsync(parsed.GetValue(Login)!, token => ReadKeyAsync(parsed.GetValue(KeyFile), token), archive, migrations, ct);
        }
        finally
        {
            into.Delete(recursive: true);
        }

        report.Say(report.Style.Good($"The control plane serves at {plan.Url}"));
        report.Say($"""
            Next:
              let {plan.Name} lead to {plan.Address} (an A record)
              export CONTROLPLANE_URL={plan.Url.AbsoluteUri.TrimEnd('/')} CONTROLPLANE_KEY_FILE={folder.AdminKeyFile}
            {(plan.Certificate is null ? $"  export SSL_CERT_FILE={folder.CertificateFile}   (until it has a certificate that everybody trusts)\n" : "")}  ./ctl servers list
            Keep a copy of {folder.Path}, and of {BootstrapPlan.Data}/keys on the server: secrets in the catalog cannot be read without them.
            """);
        return ExitCode.Done;
    }

    private static async Task<BootstrapPlan> ReadPlanAsync(ParseResult parsed, CancellationToken ct)
    {
        var faults = new List<string>();
        var (address, domain, migrations) = (parsed.GetValue(Address)!, parsed.GetValue(Domain)!, parsed.GetValue(Migrations)!);
        if (!IPAddress.TryParse(address, out var ip) || ip.AddressFamily != System.Net.Sockets.AddressFamily.InterNetwork)
        {
            faults.Add($"--address is '{address}', which is no IPv4 address.");
        }

        if (!DomainName().IsMatch(domain))
        {
            faults.Add($"--domain is '{domain}', which is no domain such as example.com.");
        }

        if (!File.Exists(migrations) && !Directory.Exists(migrations))
        {
            faults.Add($"--migrations names '{migrations}', which does not exist.");
        }

        if (parsed.GetValue(Certificate) is null != parsed.GetValue(CertificateKey) is null)
        {
            faults.Add("--certificate and --certificate-key belong together.");
        }

        foreach (var file in new[] { parsed.GetValue(Settings), parsed.GetValue(Certificate), parsed.GetValue(CertificateKey) }.OfType<FileInfo>().Where(f => !f.Exists))
        {
            faults.Add($"There is no file {file}.");
        }

        var settings = faults.Count == 0 && parsed.GetValue(Settings) is { } from ? ReadSettings(await File.ReadAllLinesAsync(from.FullName, ct), faults) : [];
        return faults.Count == 0
            ? new BootstrapPlan(domain, address, settings, parsed.GetValue(Certificate) is { } chain ? (await File.ReadAllTextAsync(chain.FullName, ct), await File.ReadAllTextAsync(parsed.GetValue(CertificateKey)!.FullName, ct)) : null)
            : throw new CliException(string.Join(Environment.NewLine, faults), "See: ctl servers bootstrap --help", ExitCode.Usage);
    }

    private static Dictionary<string, string> ReadSettings(string[] lines, List<string> faults)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < lines.Length; i++)
        {
            if (SettingLine().Match(lines[i]) is { Success: true } match)
            {
                settings[match.Groups["name"].Value] = match.Groups["value"].Value;
            }
            else if (lines[i].Trim() is { Length: > 0 } text && text[0] != '#')
            {
                // What stands there may be a secret.
                faults.Add($"Line {i + 1} of --settings is not NAME=VALUE.");
            }
        }

        return settings;
    }

    private static async Task<SshKeyPair> ReadKeyAsync(string? file, CancellationToken ct)
    {
        var path = file ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".ssh", "id_ed25519");
        try
        {
            return SshKeyPair.From(await File.ReadAllTextAsync(path + ".pub", ct), await File.ReadAllTextAsync(path, ct));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CliException($"The key {path} cannot be used: {error.Message}", "Name a private key, with its .pub beside it, by --key-file.", ExitCode.Usage);
        }
    }

    [GeneratedRegex(@"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DomainName();

    [GeneratedRegex(@"^\s*(?<name>[A-Za-z_][A-Za-z0-9_]*)=(?<value>.*)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SettingLine();
}
