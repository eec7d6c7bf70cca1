using System.Diagnostics;
using System.Net;
using EndToEnd.World;
using HetznerSimulator;
using HetznerSimulator.Hosts;
using Provisioner;
using Provisioner.Dns;
using Provisioner.Hetzner;
using Provisioner.Hetzner.Zones;
using Support;
using Support.Acme;

namespace EndToEnd.Machines;

/// <summary>A control plane with an account in a simulated cloud whose servers are real Debian machines, and a published application.</summary>
public class CloudWorld : IAsyncLifetime
{
    public const string Zone = "customers.test";

    /// <summary>A customer's, of which the control plane knows nothing.</summary>
    public const string ForeignZone = "globex.test";

    private static readonly Ownership Owner = new("tests", Guid.CreateVersion7());

    private readonly string rootFile = Path.GetTempFileName();
    private HetznerClient hetzner = null!;
    private Relay relay = null!;

    /// <summary>Null where real hosts cannot run.</summary>
    public Simulator Cloud { get; private set; } = null!;

    /// <summary>The cloud's machines; null where they cannot run.</summary>
    public RealHosts? Hosts { get; private set; }

    /// <summary>Null where pebble cannot be had.</summary>
    public Pebble? Authority { get; private set; }

    public LiveSystem System { get; private set; } = null!;

    public virtual async Task InitializeAsync()
    {
        if (await HostRequirements.WhyNotAsync(CancellationToken.None) is null)
        {
            Hosts = await RealHosts.StartAsync(CancellationToken.None);
            await StartAsync(new SimulatorOptions { Hosts = Hosts, ActionTime = TimeSpan.FromSeconds(1), DnsPort = 0 }, Hosts.OwnAddress);
            await PublishAsync();
        }
    }

    /// <param name="outside">Address of this machine as servers see it.</param>
    protected async Task StartAsync(SimulatorOptions options, IPAddress outside)
    {
        Cloud = await Simulator.StartAsync(options, CancellationToken.None);
        hetzner = new HetznerClient(new HetznerOptions { Token = Cloud.Token, Endpoint = Cloud.Address });
        foreach (var zone in (string[])[Zone, ForeignZone])
        {
            await hetzner.Zones.EnsureAsync(new ZoneRequest(zone), Owner, CancellationToken.None);
        }

        var authority = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Cloud.Dns is { } names && Pebble.WhyNot() is null)
        {
            // Customers' own domains are asked for on the usual port of their machines.
            Authority = await Pebble.StartAsync(names, httpPort: 80);
            await File.WriteAllTextAsync(rootFile, Authority.RootPem);
            authority = new(StringComparer.Ordinal)
            {
                ["Acme__Contact"] = "admin@customers.test", ["Acme__Directory"] = Authority.Directory.ToString(), ["Acme__Root"] = rootFile, ["Dns__SettleSeconds"] = "0",
                ["Dns__Resolver"] = $"{names}",
            };
        }

        relay = new Relay(outside, () => new(System.ControlPlane.Address.Host, System.ControlPlane.Address.Port));
        System = await LiveSystem.StartAsync(settings: new Dictionary<string, string>(authority, StringComparer.Ordinal)
        {
            ["Hetzner__Token"] = Cloud.Token,
            ["Hetzner__Endpoint"] = Cloud.Address.ToString(),
            ["Machines__Choices"] = "cx23@fsn1,cx33@fsn1",
            ["Machines__Egress"] = $"{outside}/32",
            ["Machines__ControlPlane"] = $"http://{relay.Address}",
            ["Machines__Playbooks"] = Path.Combine(Programs.Root, "ansible"),
            ["Dns__Zone"] = Zone,
            ["ControlPlane__TenantUrl"] = $"https://{{slug}}.app.{Zone}",
        });
    }

    public async Task DisposeAsync()
    {
        if (Cloud is null)
        {
            return;
        }

        await System.DisposeAsync();
        await relay.DisposeAsync();
        await hetzner.DisposeAsync();
        await Cloud.DisposeAsync();
        if (Authority is not null)
        {
            await Authority.DisposeAsync();
        }

        File.Delete(rootFile);
    }

    /// <summary>The application on a machine, whatever customers' names lead to.</summary>
    public static Crm ApplicationOn(IPAddress machine) => new(Via.Address(machine, judge: (_, _, _, _) => true), slug => new($"https://{slug}.app.{Zone}"));

    /// <summary>A customer sets a record in its own zone.</summary>
    public Task LeadAsync(RecordType type, string name, string value) =>
        new HetznerDns(hetzner).EnsureAsync(new RecordSet(new RecordName(ForeignZone, name, type), [value]), Owner, CancellationToken.None);

    /// <summary>A customer of the dedicated tier on a machine of its own; returns what the cloud calls that.</summary>
    public async Task<long> CustomerAsync(string slug)
    {
        var created = await Ctl.RunAsync(System, "tenants", "create", slug, "--plan", "enterprise", "--tier", "dedicated", "--wait", "--timeout", "900");
        created.ExitCode.ShouldBe(0, created.Text);
        return await System.ScalarAsync<long>($"select m.cloud_id from machines m join tenants t on t.id = m.tenant_id where t.slug = '{slug}'");
    }

    /// <summary>What the oracle finds, and what is in the cloud that should not be. PostgreSQL on machines is looked at by the control plane alone.</summary>
    public async Task<IReadOnlyList<string>> OracleAsync()
    {
        var faults = (await System.LookAsync()).Where(f => !f.EndsWith("nobody looked", StringComparison.Ordinal)).ToList();
        var known = (await System.RowsAsync<string>("select name from machines where state <> 'removed'")).ToHashSet(StringComparer.Ordinal);
        var hosts = (await System.RowsAsync<string>("select slug || '.app' from tenants where state <> 'purged' and tier = 'dedicated'")).ToHashSet(StringComparer.Ordinal);
        var ours = Cloud.Read(c => c.Servers.All.Where(s => s.Labels.ContainsKey("controlplane-installation")).Select(s => s.Name).ToList());
        faults.AddRange(ours.Where(n => !known.Contains(n)).Select(n => $"server {n} is in the cloud and not in the catalog"));
        faults.AddRange(known.Except(ours).Select(n => $"server {n} is in the catalog and not in the cloud"));
        faults.AddRange(Cloud.Read(c => c.Zones.Find(Zone)!.Sets.Where(s => s.Type == "A").Select(s => s.Name).ToList()).Where(n => !hosts.Contains(n)).Select(n => $"the record {n} leads to nobody"));
        faults.AddRange(Cloud.Read(c => new[] { ("firewalls", c.Firewalls.Count), ("SSH keys", c.SshKeys.Count) }).Where(n => n.Item2 > 1).Select(n => $"there are {n.Item2} {n.Item1}"));
        return faults;
    }

    /// <summary>Publishes the sample as people do.</summary>
    private async Task PublishAsync()
    {
        var folder = Directory.CreateTempSubdirectory("crm-");
        try
        {
            using var publish = Process.Start("dotnet", ["publish", Path.Combine(Programs.Root, "samples", "Crm"), "-c", "Release", "-r", "linux-x64", "--self-contained", "-v", "quiet", "--nologo", "-o", folder.FullName]);
            await publish.WaitForExitAsync();
            publish.ExitCode.ShouldBe(0);
            var published = await Ctl.RunAsync(System, "releases", "publish", folder.FullName, "--name", "first", "--program", "Crm");
            published.ExitCode.ShouldBe(0, published.Text);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
