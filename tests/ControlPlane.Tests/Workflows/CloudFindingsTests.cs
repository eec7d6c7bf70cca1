using ControlPlane.Catalog;
using ControlPlane.Servers.Cloud;
using ControlPlane.Servers.Machines;
using HetznerSimulator;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Provisioner;
using Provisioner.Hetzner;

namespace ControlPlane.Tests.Workflows;

/// <summary>What a comparison with a simulated cloud leaves to be read.</summary>
public sealed class CloudFindingsTests(WorkflowWorld world) : IClassFixture<WorkflowWorld>, IAsyncLifetime
{
    private readonly Guid machine = Guid.CreateVersion7();
    private Simulator cloud = null!;

    public async Task InitializeAsync()
    {
        cloud = await Simulator.StartAsync(new SimulatorOptions(), CancellationToken.None);
        await world.ExtendAsync(
            [],
            services => services.AddSingleton(_ => new HetznerClient(new HetznerOptions { Token = cloud.Token, Endpoint = cloud.Address }))
                .AddSingleton(s => ActivatorUtilities.CreateInstance<CloudBasics>(s, TimeProvider.System))
                .AddSingleton<CloudReconciler>());
    }

    public async Task DisposeAsync()
    {
        await world.ExecuteAsync($"delete from machines where id = '{machine}'");
        await cloud.DisposeAsync();
    }

    [Fact]
    public async Task What_was_put_right_stays_to_be_read_until_a_later_look_however_often_this_one_is_repeated()
    {
        await AddMachineWithoutFirewallAsync();
        var began = await NowAsync();

        await LookAsync(began);
        (await OpenAsync()).ShouldBe(["machine_open"]);
        await LookAsync(began);
        (await OpenAsync()).ShouldBe(["machine_open"]);

        await LookAsync(await NowAsync());
        (await OpenAsync()).ShouldBeEmpty();
    }

    private async Task AddMachineWithoutFirewallAsync()
    {
        cloud.AddServers(1, "bare", new Ownership(world.Get<Installation>().Id.ToString("N"), machine).Labels);
        var (id, address) = cloud.Read(c => (c.Servers.All.Single().Id, c.Servers.All.Single().Ipv4!.Address));
        cloud.Change(c => c.Servers.All.Single().DeleteProtected = true);
        await world.ExecuteAsync($"""
            with k as (insert into api_keys (id, name, prefix, hash, role, created_by) values (gen_random_uuid(), 'bare', 'barebare', sha256('bare'), 'runtime', 'test') returning id)
            insert into machines (id, name, tier, state, choices, cloud_id, server_type, location, address, database_secret, runtime_key_id, runtime_key_secret)
            select '{machine}', 'bare-1', 'dedicated', 'ready', '{"{cx23@fsn1}"}', {id}, 'cx23', 'fsn1', '{address}', '', k.id, '' from k
            """);
    }

    private Task LookAsync(DateTimeOffset since) => world.Get<CloudReconciler>().ReconcileAsync(since, _ => { }, CancellationToken.None);

    private Task<DateTimeOffset> NowAsync() => world.ReadAsync(db => db.NowAsync(CancellationToken.None));

    private Task<List<string>> OpenAsync() => world.ReadAsync(db => db.Findings.Where(f => f.ResolvedAt == null && f.Subject == "bare-1").Select(f => f.Kind).ToListAsync());
}
