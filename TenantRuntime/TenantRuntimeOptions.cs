using System.Net;

namespace TenantRuntime;

/// <summary>Settings of the section <c>TenantRuntime</c>. Faults are reported together before the application starts.</summary>
public sealed class TenantRuntimeOptions
{
    public const string Section = "TenantRuntime";

    /// <summary>Address of the control plane, such as <c>https://control.example.com</c>.</summary>
    public string? ControlPlane { get; set; }

    /// <summary>The runtime key. Prefer <see cref="KeyFile"/>: environment variables are easily printed.</summary>
    public string? Key { get; set; }

    /// <summary>A file that holds the runtime key and nothing else.</summary>
    public string? KeyFile { get; set; }

    /// <summary>Tenants without a domain of their own are served at <c>SLUG.BaseDomain</c>.</summary>
    public string? BaseDomain { get; set; }

    /// <summary>
    /// Where routes are kept, encrypted, so that tenants are served while the control plane is away. Null means
    /// memory only.
    /// </summary>
    public string? SnapshotPath { get; set; }

    /// <summary>Hosts served without any tenant, such as a page for the people who run the application.</summary>
    public IList<string> AdminHosts { get; init; } = [];

    /// <summary>
    /// Ports that a Host header may carry besides the one the connection came in on, for port mappings in front of
    /// the application.
    /// </summary>
    public IList<int> PublicPorts { get; init; } = [];

    /// <summary>Addresses or networks (<c>10.0.0.0/8</c>) whose <c>X-Forwarded-Host</c> is believed. Nobody else's is.</summary>
    public IList<string> KnownProxies { get; init; } = [];

    /// <summary>Names this process to the control plane. One per process: acknowledgements and leases belong to it.</summary>
    public string Instance { get; set; } = $"{Environment.MachineName}-{Guid.CreateVersion7():n}";

    /// <summary>
    /// The newest migration this release is made for. The control plane takes nothing away from the schema that a release does not
    /// know of. Null is the newest migration of the application's EF Core contexts.
    /// </summary>
    public string? SchemaHead { get; set; }

    /// <summary>Connections to databases.</summary>
    public ConnectionOptions Connections { get; init; } = new();

    /// <summary>Where <see cref="TenantFiles"/> keeps files, one folder for each tenant.</summary>
    public string? FilesPath { get; set; }

    /// <summary>How often counted requests are reported.</summary>
    public TimeSpan UsageInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Requests of a tenant whose database is being moved.</summary>
    public HoldOptions Hold { get; init; } = new();

    /// <summary>The runtime key, read from <see cref="KeyFile"/> when <see cref="Key"/> is not set.</summary>
    internal string ReadKey() => Key ?? File.ReadAllText(KeyFile!).Trim();

    internal IEnumerable<IPNetwork> ProxyNetworks() => KnownProxies.Select(ParseNetwork);

    internal static IPNetwork ParseNetwork(string text) => text.Contains('/')
        ? IPNetwork.Parse(text)
        : new IPNetwork(IPAddress.Parse(text), IPAddress.Parse(text).GetAddressBytes().Length * 8);
}
