using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers.Cloud;
using ControlPlane.Servers.Machines;
using HetznerSimulator;
using Microsoft.Extensions.DependencyInjection;
using Provisioner;
using Provisioner.Hetzner;

namespace ControlPlane.Tests.Workflows;

/// <summary>Against a simulated cloud.</summary>
public sealed class UnknownServerRemovalTests(WorkflowWorld world) : WorkflowContract<UnknownServerRemoval>(world), IAsyncLifetime
{
    private Simulator cloud = null!;
    private int servers;

    public async Task InitializeAsync()
    {
        cloud = await Simulator.StartAsync(new SimulatorOptions(), CancellationToken.None);
        await World.ExtendAsync(
            [],
            services => services.AddSingleton(_ => new HetznerClient(new HetznerOptions { Token = cloud.Token, Endpoint = cloud.Address })).AddSingleton<CloudServerRemoval>());
    }

    public async Task DisposeAsync() => await cloud.DisposeAsync();

    protected override Task<Guid> ArrangeAsync()
    {
        var (id, prefix) = (Guid.CreateVersion7(), $"stranger{Interlocked.Increment(ref servers)}");
        cloud.AddServers(1, prefix, new Ownership(World.Get<Installation>().Id.ToString("N"), id).Labels);
        cloud.Change(c => c.Servers.Find($"{prefix}-1")!.DeleteProtected = true);
        return World.AddAsync<UnknownServerRemoval>(id, $"{prefix}-1", new { });
    }

    protected override Task AssertDoneAsync(Operation operation)
    {
        cloud.Read(c => c.Servers.Find(operation.Subject)).ShouldBeNull();
        return Task.CompletedTask;
    }
}
