using System.Collections.Concurrent;
using HetznerSimulator;
using Microsoft.Extensions.Logging;
using Provisioner.Acme;
using Provisioner.Dns;
using Provisioner.Hetzner.Zones;
using Provisioner.Tests.Hetzner;
using Support.Acme;

namespace Provisioner.Tests.Acme;

/// <summary>An authority that asks a simulated cloud's name server, and a zone <c>example.com</c> there.</summary>
internal sealed class AcmeWorld : IAsyncDisposable
{
    public const string Zone = "example.com";

    private AcmeWorld(CloudWorld cloud, Pebble authority)
    {
        (Cloud, Authority) = (cloud, authority);
        Dns = new HetznerDns(cloud.Client);
    }

    public CloudWorld Cloud { get; }

    public Pebble Authority { get; }

    public IDnsProvider Dns { get; }

    public AcmeAccountKey Key { get; } = AcmeAccountKey.Generate();

    public RecordedLog Log { get; } = new();

    public AcmeOptions Options => new() { Directory = Authority.Directory, RootPem = Authority.RootPem, Contact = "admin@example.com", Limit = TimeSpan.FromMinutes(2) };

    public AcmeClient Client => new(Options, Key, Log);

    public static async Task<AcmeWorld> StartAsync(int? httpPort = null, int refusedNonces = 5)
    {
        var cloud = await CloudWorld.StartAsync(new SimulatorOptions { DnsPort = 0 });
        await cloud.Client.Zones.EnsureAsync(new ZoneRequest(Zone), CloudWorld.Owner, default);
        return new AcmeWorld(cloud, await Pebble.StartAsync(cloud.Cloud.Dns!, httpPort, refusedNonces));
    }

    public Dns01Solver ByDns(IDnsProvider? dns = null) => new(dns ?? Dns, Zone, CloudWorld.Owner);

    /// <summary>Leads a name in the zone to an address.</summary>
    public Task LeadAsync(string name, string address) => Dns.EnsureAsync(new RecordSet(new RecordName(Zone, name, RecordType.A), [address]), CloudWorld.Owner, default);

    /// <summary>All proofs that are in the zone now.</summary>
    public Task<List<OwnedRecordSet>> ProofsAsync() =>
        Dns.ListAsync(Zone, CloudWorld.Owner.Installation, default).Where(s => s.Set.Name.Type == RecordType.TXT).ToListAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        await Authority.DisposeAsync();
        await Cloud.DisposeAsync();
    }

    /// <summary>Every line that the client logged.</summary>
    internal sealed class RecordedLog : ILogger<AcmeClient>
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{formatter(state, exception)} {exception}");
    }
}
