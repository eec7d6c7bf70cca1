using ControlPlane.Problems;
using ControlPlane.Servers.Machines;
using ControlPlane.Start;
using HetznerSimulator;
using Microsoft.Extensions.DependencyInjection;
using Provisioner.Hetzner;

namespace ControlPlane.Tests.Workflows;

/// <summary>Whom the firewall at a simulated cloud lets in to databases.</summary>
public sealed class CloudFirewallTests(WorkflowWorld world) : IClassFixture<WorkflowWorld>, IAsyncLifetime
{
    private const string Egress = "198.51.100.7/32";

    private Simulator cloud = null!;

    public async Task InitializeAsync()
    {
        cloud = await Simulator.StartAsync(new SimulatorOptions(), CancellationToken.None);
        await world.ExtendAsync(
            [],
            services => services.AddSingleton(_ => new HetznerClient(new HetznerOptions { Token = cloud.Token, Endpoint = cloud.Address }))
                .AddSingleton(s => ActivatorUtilities.CreateInstance<CloudBasics>(s, TimeProvider.System, s.GetRequiredService<MachineSettings>() with { Egress = Egress })));
    }

    public async Task DisposeAsync()
    {
        await world.ExecuteAsync("delete from moves where tenant_id in (select id from tenants where slug like 'far-%')");
        await cloud.DisposeAsync();
    }

    [Fact]
    public async Task Both_ends_of_a_move_get_in_until_it_is_over()
    {
        await AddMovesAsync(1);

        (await SourcesAsync()).ShouldBe([["10.1.0.1/32", "10.2.0.1/32", Egress]], ignoreOrder: true);

        await world.ExecuteAsync("update moves set state = 'ended' where tenant_id in (select id from tenants where slug like 'far-%')");
        (await SourcesAsync()).ShouldBe([[Egress]]);
    }

    [Fact]
    public async Task More_than_one_rule_may_hold_are_let_in_by_several_and_too_many_are_refused_in_words()
    {
        await AddMovesAsync(120);

        var sources = await SourcesAsync();
        sources.Count.ShouldBe(3);
        sources.SelectMany(s => s).Distinct().Count().ShouldBe(241);

        await AddMovesAsync(140, from: 121);
        var refused = await Should.ThrowAsync<ProblemException>(SourcesAsync);
        refused.Code.ShouldBe("too_many_peers");
        refused.Message.ShouldContain("521 networks");
    }

    private async Task<IReadOnlyList<IReadOnlyList<string>>> SourcesAsync()
    {
        var id = await world.Get<CloudBasics>().EnsureFirewallAsync(CancellationToken.None);
        return cloud.Read(c => c.Firewalls.All.Single(f => f.Id == id).Rules.Where(r => r.Port == "5432").Select(r => r.SourceIps).ToList());
    }

    /// <summary>Each from a server of its own to another one.</summary>
    private Task AddMovesAsync(int count, int from = 1) => world.ExecuteAsync(
        $"""
        with far as (select n, gen_random_uuid() as tenant, gen_random_uuid() as source, gen_random_uuid() as target, gen_random_uuid() as here, gen_random_uuid() as there from generate_series({from}, {from + count - 1}) n),
        servers as (
          insert into servers (id, name, region, tier, state, host, port, admin_secret, max_databases, max_connections, warm_target)
          select e.id, e.name, 'far', 'shared', 'active', e.host, 5432, '', 1, 1, 0
          from far, lateral (values (here, 'far-here-' || n || tenant, '10.1.' || n / 256 || '.' || n % 256), (there, 'far-there-' || n || tenant, '10.2.' || n / 256 || '.' || n % 256)) e (id, name, host)),
        people as (insert into tenants (id, slug, plan, tier, region, state) select tenant, 'far-' || n || '-' || left(tenant::text, 8), 'starter', 'shared', 'far', 'active' from far),
        databases as (
          insert into tenant_databases (id, server_id, tenant_id, name, state, password_secret)
          select e.id, e.server, tenant, 'far_' || e.id, e.state, '' from far, lateral (values (source, here, 'assigned'), (target, there, 'creating')) e (id, server, state))
        insert into moves (id, tenant_id, source_id, state, mode) select target, tenant, source, 'preparing', 'replication' from far
        """);
}
