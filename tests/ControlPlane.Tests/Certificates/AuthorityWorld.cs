using System.Net;
using HetznerSimulator;
using Microsoft.Extensions.DependencyInjection;
using Provisioner;
using Provisioner.Dns;
using Provisioner.Hetzner;
using Provisioner.Hetzner.Zones;
using Support.Acme;

namespace ControlPlane.Tests.Certificates;

/// <summary>A certificate authority, and a simulated cloud whose name server it asks, with the zone <c>example.com</c>.</summary>
public sealed class AuthorityWorld : IAsyncDisposable
{
    public const string Zone = "example.com";

    private readonly Simulator cloud;
    private readonly HetznerClient hetzner;
    private readonly string rootFile = Path.GetTempFileName();

    private AuthorityWorld(Simulator cloud, Pebble authority)
    {
        (this.cloud, Authority) = (cloud, authority);
        hetzner = new HetznerClient(new HetznerOptions { Token = cloud.Token, Endpoint = cloud.Address });
        Dns = new SwitchedDns(new HetznerDns(hetzner));
        File.WriteAllText(rootFile, authority.RootPem);
    }

    public Pebble Authority { get; }

    public SwitchedDns Dns { get; }

    /// <summary>The name server.</summary>
    public IPEndPoint Names => cloud.Dns!;

    /// <summary>How often it issued something.</summary>
    public int Issued => Authority.Log.Count(l => l.Contains("Issued certificate serial", StringComparison.Ordinal));

    /// <summary>What the control plane is told about them.</summary>
    public (string Name, string Value)[] Settings =>
        [("Acme:Directory", Authority.Directory.AbsoluteUri), ("Acme:Contact", "admin@example.com"), ("Acme:Root", rootFile), ("Dns:Zone", Zone), ("Dns:SettleSeconds", "0")];

    public static async Task<AuthorityWorld> StartAsync()
    {
        var simulator = await Simulator.StartAsync(new SimulatorOptions { DnsPort = 0 }, CancellationToken.None);
        var world = new AuthorityWorld(simulator, await Pebble.StartAsync(simulator.Dns!));
        await world.hetzner.Zones.EnsureAsync(new ZoneRequest(Zone), new Ownership("test", Guid.CreateVersion7()), CancellationToken.None);
        return world;
    }

    public void Register(IServiceCollection services) => services.AddSingleton<IDnsProvider>(Dns);

    public async ValueTask DisposeAsync()
    {
        await hetzner.DisposeAsync();
        await Authority.DisposeAsync();
        await cloud.DisposeAsync();
        File.Delete(rootFile);
    }
}
