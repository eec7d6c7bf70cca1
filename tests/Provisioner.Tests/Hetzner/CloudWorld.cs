using HetznerSimulator;
using HetznerSimulator.Faults;
using Provisioner.Hetzner;
using Provisioner.Hetzner.Servers;
using Provisioner.Tests.Http;

namespace Provisioner.Tests.Hetzner;

/// <summary>A simulated cloud and a client for it, both on a clock that does not wait. The official document, where it is found, judges every call.</summary>
internal sealed class CloudWorld : IAsyncDisposable
{
    private readonly SocketsHttpHandler sockets = new();

    private CloudWorld(VirtualClock clock, Simulator cloud)
    {
        (Clock, Cloud) = (clock, cloud);
        Client = With(cloud.Token);
    }

    public VirtualClock Clock { get; }

    public Simulator Cloud { get; }

    public HetznerClient Client { get; }

    public static Ownership Owner { get; } = new("test", Guid.CreateVersion7());

    public static async Task<CloudWorld> StartAsync(SimulatorOptions? options = null)
    {
        var clock = new VirtualClock();
        return new CloudWorld(clock, await Simulator.StartAsync((options ?? new SimulatorOptions()) with { Time = clock }, CancellationToken.None));
    }

    public static ServerRequest Server(string name = "app-1", params IReadOnlyList<ServerChoice> choices) =>
        new() { Name = name, Image = "debian-12", Choices = choices.Count > 0 ? choices : [new("cx23", "fsn1")] };

    /// <summary>Another client, with its own knowledge of the rate limit.</summary>
    public HetznerClient With(string token) =>
        new(new HetznerOptions { Token = token, Endpoint = Cloud.Address, ActionTimeout = TimeSpan.FromMinutes(2) }, new Wire(Clock, sockets, () => Cloud.Calls.All.Count(c => c.Status == 0)), Clock);

    public void Fail(FaultKind kind, string method, string path, int times = 1, string code = "server_error") =>
        Cloud.Faults.Add(new Fault { Kind = kind, Method = method, Path = path, Times = times, Code = code });

    public async ValueTask DisposeAsync()
    {
        var violations = Cloud.Violations.All;
        await Client.DisposeAsync();
        await Cloud.DisposeAsync();
        sockets.Dispose();
        await Clock.DisposeAsync();
        violations.ShouldBeEmpty();
    }
}
