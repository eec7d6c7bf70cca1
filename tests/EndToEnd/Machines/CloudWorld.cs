using System.Diagnostics;
using EndToEnd.World;
using HetznerSimulator;
using HetznerSimulator.Hosts;
using Provisioner;
using Provisioner.Hetzner;
using Provisioner.Hetzner.Zones;

namespace EndToEnd.Machines;

/// <summary>A control plane with an account in a simulated cloud whose servers are real Debian machines, and a published application.</summary>
public sealed class CloudWorld : IAsyncLifetime
{
    public const string Zone = "customers.test";

    private Relay relay = null!;

    /// <summary>Null where real hosts cannot run.</summary>
    public Simulator Cloud { get; private set; } = null!;

    public LiveSystem System { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (await HostRequirements.WhyNotAsync(CancellationToken.None) is not null)
        {
            return;
        }

        var hosts = await RealHosts.StartAsync(CancellationToken.None);
        Cloud = await Simulator.StartAsync(new SimulatorOptions { Hosts = hosts, ActionTime = TimeSpan.FromSeconds(1) }, CancellationToken.None);
        await using (var hetzner = new HetznerClient(new HetznerOptions { Token = Cloud.Token, Endpoint = Cloud.Address }))
        {
            await hetzner.Zones.EnsureAsync(new ZoneRequest(Zone), new Ownership("tests", Guid.CreateVersion7()), CancellationToken.None);
        }

        relay = new Relay(hosts.OwnAddress, () => System.ControlPlane.Address);
        System = await LiveSystem.StartAsync(settings: new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Hetzner__Token"] = Cloud.Token,
            ["Hetzner__Endpoint"] = Cloud.Address.ToString(),
            ["Machines__Choices"] = "cx23@fsn1,cx33@fsn1",
            ["Machines__Egress"] = $"{hosts.OwnAddress}/32",
            ["Machines__ControlPlane"] = relay.Address.ToString(),
            ["Machines__Playbooks"] = Path.Combine(Programs.Root, "ansible"),
            ["Dns__Zone"] = Zone,
            ["ControlPlane__TenantUrl"] = $"https://{{slug}}.app.{Zone}",
        });
        await PublishAsync();
    }

    public async Task DisposeAsync()
    {
        if (Cloud is null)
        {
            return;
        }

        await System.DisposeAsync();
        await relay.DisposeAsync();
        await Cloud.DisposeAsync();
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
