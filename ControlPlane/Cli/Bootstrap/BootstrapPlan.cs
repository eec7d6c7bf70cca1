using System.Text.Json.Nodes;
using Provisioner.Ansible;
using Provisioner.Ssh;

namespace ControlPlane.Cli.Bootstrap;

/// <summary>What a control plane's own server shall be: PostgreSQL for its catalog, the control plane in two colours, and nginx before it.</summary>
/// <param name="Domain">The control plane answers at <c>control.</c> of it.</param>
/// <param name="Settings">Further settings of the control plane, such as the cloud's token. Secrets.</param>
/// <param name="Certificate">For the domain and all below it; null lets the server make one of its own.</param>
internal sealed record BootstrapPlan(string Domain, string Address, IReadOnlyDictionary<string, string> Settings, (string Chain, string Key)? Certificate)
{
    /// <summary>The user that the server has from then on.</summary>
    public const string Admin = "controlplane";

    public const string Data = "/var/lib/control";

    public static IReadOnlyList<string> Groups { get; } = ["database", "control", "edge", "monitoring"];

    public string Name { get; } = $"control.{Domain}";

    public Uri Url => new($"https://{Name}");

    public override string ToString() => Name;

    public SshTarget TargetOf(string user, IReadOnlyList<string> hostKeys) => new() { Alias = Name, Address = Address, User = user, HostKeys = hostKeys };

    /// <summary>The server as the playbook sees it.</summary>
    /// <param name="migrations">Path of the application's migrations within the archive.</param>
    public PlaybookHost HostOf(SshTarget target, BootstrapFolder folder, SshKeyPair login, ReleaseArchive archive, string migrations)
    {
        var (password, salt) = folder.CatalogLogin();
        var environment = new JsonObject
        {
            ["ControlPlane__Catalog"] = $"Host=127.0.0.1;Database=catalog;Username={Admin};Password={password.Reveal()}",
            ["ControlPlane__Data"] = Data,
            ["ControlPlane__Migrations"] = migrations,
            ["ControlPlane__Proxies"] = "127.0.0.1",
            ["ControlPlane__TenantUrl"] = $"https://{{slug}}.app.{Domain}",
            ["Machines__ControlPlane"] = Url.AbsoluteUri,
            ["Machines__Egress"] = $"{Address}/32",
            // Ansible wants a home.
            ["HOME"] = Data,
        };
        foreach (var (name, value) in Settings)
        {
            environment[name] = value;
        }

        var all = new JsonObject
        {
            ["domain"] = Domain,
            ["trusted"] = new JsonArray($"{Address}/32"),
            ["admin_user"] = Admin,
            ["admin_keys"] = new JsonArray(login.PublicKey),
            ["postgresql_admin"] = Admin,
            ["postgresql_admin_verifier"] = password.ToVerifier(salt),
            ["postgresql_server_name"] = Name,
            ["control_release"] = archive.Sha256[..16],
            ["control_archive"] = archive.Path,
            ["control_archive_sha256"] = archive.Sha256,
            ["control_environment"] = environment,
        };
        if (Certificate is var (chain, key))
        {
            all["tls_certificates"] = new JsonArray(new JsonObject { ["name"] = Domain, ["chain_pem"] = chain, ["key_pem"] = key });
        }

        return new PlaybookHost(target, Groups, all);
    }
}
