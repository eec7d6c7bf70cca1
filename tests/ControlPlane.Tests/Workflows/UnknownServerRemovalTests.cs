using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers.Cloud;
using HetznerSimulator;
using Provisioner;

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
            [
                ("Hetzner:Token", cloud.Token), ("Hetzner:Endpoint", cloud.Address.ToString()), ("Machines:Egress", "127.0.0.1/32"),
                ("Machines:ControlPlane", "http://127.0.0.1:9"), ("Machines:Playbooks", AppContext.BaseDirectory),
            ],
            _ => { });
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
