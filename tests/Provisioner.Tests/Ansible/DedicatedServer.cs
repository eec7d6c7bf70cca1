using System.Text.Json.Nodes;
using Provisioner.Ansible;

namespace Provisioner.Tests.Ansible;

/// <summary>The shared machine, made a dedicated server for the tests of one class, and a shared one again afterwards.</summary>
public sealed class DedicatedServer(ConfiguredServer configured) : IAsyncLifetime
{
    public const string Tenant = "big.app." + ConfiguredServer.Domain;

    /// <summary>A further name of the tenant's, with no certificate handed over.</summary>
    public const string Second = "second.app." + ConfiguredServer.Domain;

    private static readonly string[] Edge = ["tls", "nginx"];

    internal TestCertificate Certificate { get; } = TestCertificate.Create(Tenant);

    public async Task InitializeAsync()
    {
        if (configured.Server.Hosts is not null)
        {
            await ConfigureAsync();
        }
    }

    public async Task DisposeAsync()
    {
        if (configured.Server.Hosts is not null)
        {
            await configured.RunAsync(tags: Edge);
            await configured.ShellAsync($"rm -r /etc/controlplane/tls/*.app.{ConfiguredServer.Domain}");
        }
    }

    /// <summary>Says again what makes it one.</summary>
    public Task<PlaybookRecap> ConfigureAsync() => configured.RunAsync(
        change: new JsonObject
        {
            ["server_kind"] = "dedicated",
            ["tenant_host"] = Tenant,
            ["tls_hosts"] = new JsonArray(Second),
            ["tls_certificates"] = new JsonArray(Certificate.ToVariable()),
        },
        tags: Edge);
}
