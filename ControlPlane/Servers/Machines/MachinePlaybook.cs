using System.Text.Json.Nodes;
using ControlPlane.Catalog;
using ControlPlane.Start;
using Provisioner.Ansible;
using Provisioner.Postgres;

namespace ControlPlane.Servers.Machines;

/// <summary>What the playbook is told of a machine.</summary>
public sealed class MachinePlaybook(MachineAccess access, HostKeyAlarm alarm, MachineSettings machines, ControlPlaneSettings settings)
{
    /// <summary>What the control plane is in a machine's PostgreSQL.</summary>
    public const string DatabaseAdmin = "controlplane";

    /// <summary>Configures the machine.</summary>
    public async Task RunAsync(Machine machine, MachineSetup setup, Action<string> say, CancellationToken ct) =>
        await PlayAsync("site.yml", machine, Variables(machine, setup, (await access.KeyAsync(ct)).PublicKey), say, ct);

    /// <summary>Opens its database to its peers, and to nobody else; what runs on it goes on.</summary>
    public async Task LetInAsync(Machine machine, MachineSetup setup, Action<string> say, CancellationToken ct) =>
        await PlayAsync("site.yml", machine, Variables(machine, setup, (await access.KeyAsync(ct)).PublicKey), say, ct, ["base", "postgresql"]);

    /// <summary>Takes away all that is the machine's own, before a snapshot. Nobody can log in to it afterwards.</summary>
    public Task PrepareImageAsync(Machine machine, Action<string> say, CancellationToken ct) => PlayAsync("image.yml", machine, [], say, ct);

    private async Task PlayAsync(string name, Machine machine, JsonObject variables, Action<string> say, CancellationToken ct, IReadOnlyList<string>? tags = null)
    {
        var host = new PlaybookHost(MachineAccess.TargetOf(machine), ["database", "application", "edge"], variables);
        var key = await access.KeyAsync(ct);
        await alarm.WatchAsync(machine, () => WatchedPlaybook.RunAsync(machines.Playbooks, name, host, key, say, ct, tags), ct);
    }

    private JsonObject Variables(Machine machine, MachineSetup setup, string adminKey)
    {
        var all = new JsonObject
        {
            ["domain"] = machines.Zone ?? settings.TenantHost,

            // One that waits for its customer serves nobody yet.
            ["server_kind"] = setup.TenantHost is null ? "shared" : "dedicated",
            ["trusted"] = Strings([.. machines.EgressNetworks, $"{machine.Address}/32"]),
            ["database_peers"] = Strings(setup.Peers),
            ["admin_user"] = MachineAccess.AdminUser,
            ["admin_keys"] = Strings([adminKey]),
            ["postgresql_admin"] = DatabaseAdmin,
            ["postgresql_admin_verifier"] = LoginPassword.From(access.DatabasePasswordOf(machine)).ToVerifier(machine.Id),
            ["postgresql_server_name"] = machine.Name,
            ["app_environment"] = Environment(setup, machine),
        };
        if (setup.TenantHost is { } tenantHost)
        {
            all["tenant_host"] = tenantHost;
        }

        if (setup.Certificate is { } certificate)
        {
            all["tls_certificates"] = new JsonArray(new JsonObject { ["name"] = certificate.Name, ["chain_pem"] = certificate.Chain, ["key_pem"] = certificate.Key });
        }

        if (setup.Release is { } release)
        {
            all["app_release"] = release.Name;
            all["app_archive"] = release.Path;
            all["app_archive_sha256"] = release.Sha256;
            all["app_program"] = release.Program;
        }

        return all;
    }

    private JsonObject Environment(MachineSetup setup, Machine machine) => new()
    {
        ["TenantRuntime__ControlPlane"] = machines.ControlPlane,
        ["TenantRuntime__Key"] = setup.RuntimeKey,
        ["TenantRuntime__BaseDomain"] = settings.TenantHost,
        ["TenantRuntime__SnapshotPath"] = "/var/lib/app/routes",
        ["TenantRuntime__FilesPath"] = "/var/lib/app/files",
        ["TenantRuntime__Instance"] = machine.Name,
        ["TenantRuntime__KnownProxies__0"] = "127.0.0.1",
        ["TenantRuntime__PublicPorts__0"] = "443",
    };

    private static JsonArray Strings(IEnumerable<string> values) => [.. values.Select(v => (JsonNode)v)];
}
