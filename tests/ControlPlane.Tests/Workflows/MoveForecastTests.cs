using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using ControlPlane.Servers.Machines;
using ControlPlane.Start;
using ControlPlane.Tenants.Moving;
using ControlPlane.Tests.Domains;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Provisioner.Moves;

namespace ControlPlane.Tests.Workflows;

/// <summary>What is said of a change of tier before anything is bought or moved.</summary>
public sealed class MoveForecastTests(WorkflowWorld world) : IClassFixture<WorkflowWorld>, IAsyncLifetime
{
    private static readonly MachinePrice Price = new(5.49m, 0.0088m, "EUR");

    private EdgeInMemory machines = null!;

    public async Task InitializeAsync()
    {
        machines = await EdgeInMemory.StartAsync(port: 0);
        machines.Price = Price;
        await world.ExtendAsync([], services => services.AddSingleton<IMachineProvider>(s =>
        {
            machines.Machines = s.GetRequiredService<LocalMachines>();
            return machines;
        }));
    }

    public async Task DisposeAsync() => await machines.DisposeAsync();

    [Fact]
    public async Task A_machine_of_its_own_is_priced_before_there_is_one_and_the_source_alone_is_looked_at()
    {
        var tenant = await TenantAsync();
        var known = await world.ReadAsync(db => db.Machines.CountAsync());

        var forecast = await TierAsync(tenant, Tier.Dedicated);

        (forecast.From, forecast.To, forecast.MakesMachine).ShouldBe(("shared-1", $"a new local in {RegisterEmbeddedServer.Region}", true));
        (forecast.PriceNow, forecast.PriceAfter).ShouldBe((null, Price));
        (forecast.Mode, forecast.IsRefused, forecast.Findings.ToList().Exists(f => f.Verdict == MoveVerdict.Refused)).ShouldBe((MoveMode.Replication, false, false));
        forecast.HoldMilliseconds.ShouldBeGreaterThan(0);
        forecast.Backups[0].ShouldBe("The control plane makes no backups on shared-1.");
        (await world.ReadAsync(db => db.Machines.CountAsync())).ShouldBe(known);
    }

    [Fact]
    public async Task What_speaks_against_a_move_is_known_without_a_machine()
    {
        var tenant = await TenantAsync();
        await world.OnServerAsync("create extension pageinspect", await world.DatabaseOfAsync(tenant.Id));

        var forecast = await TierAsync(tenant, Tier.Dedicated);

        forecast.IsRefused.ShouldBeTrue();
        forecast.Findings[0].ShouldSatisfyAllConditions(f => f.Code.ShouldBe("extension_untrusted"), f => f.Subject.ShouldBe("pageinspect"));
    }

    [Fact]
    public async Task One_that_waits_for_somebody_is_taken_and_both_ends_are_looked_at_and_nothing_of_its_own_costs_nothing()
    {
        var tenant = await TenantAsync();
        var warm = await world.ProvisionAsync();

        var there = await TierAsync(tenant, Tier.Dedicated);
        (there.To, there.MakesMachine, there.PriceNow, there.PriceAfter).ShouldBe((warm.Name, false, null, Price));
        var upgrade = await world.RunAsync(await world.AddAsync<TenantUpgrade>(tenant.Id, tenant.Slug, new { }));
        await world.EndMoveAsync(tenant, await world.ReadAsync(db => db.Moves.Where(m => m.TenantId == upgrade.SubjectId).Select(m => m.Id).SingleAsync()));
        await world.ExecuteAsync($"update servers set region = '{RegisterEmbeddedServer.Region}' where name = 'shared-1'");

        var back = await TierAsync(tenant, Tier.Shared);
        await world.ExecuteAsync($"update servers set region = '{WorkflowWorld.Region}' where name = 'shared-1'");

        (back.From, back.To, back.PriceNow, back.PriceAfter).ShouldBe((warm.Name, "shared-1", Price, null));
        (await Should.ThrowAsync<ProblemException>(() => TierAsync(tenant, Tier.Dedicated))).Code.ShouldBe(ChangeTier.SameTier);
    }

    [Fact]
    public async Task Where_nothing_is_paid_nothing_is_said_to_cost_anything_and_where_nothing_is_sold_it_says_so()
    {
        machines.Price = null;
        var tenant = await TenantAsync();
        (await TierAsync(tenant, Tier.Dedicated)).PriceAfter.ShouldBeNull();

        await world.ExecuteAsync($"update tenants set region = 'nowhere' where id = '{tenant.Id}'");

        (await Should.ThrowAsync<ProblemException>(() => TierAsync(tenant, Tier.Dedicated))).Message.ShouldContain("No machine can be bought in region 'nowhere'");
    }

    [Fact]
    public async Task A_server_without_the_room_is_refused_by_the_plan_and_by_the_move()
    {
        var tenant = await TenantAsync();
        var server = await world.SecondServerAsync();
        await world.ExecuteAsync($"update servers set max_data_megabytes = 50, data_megabytes = 45 where id = '{server}'");

        var forecast = await AskAsync<ShowMovePlan.Handler, ShowMovePlan>(new ShowMovePlan(tenant.Slug, "shared-2"));
        var moved = await world.RunAsync(await world.AddAsync<TenantMove>(tenant.Id, tenant.Slug, new TenantMove.Request(server)));
        await world.ExecuteAsync($"update servers set max_data_megabytes = null where id = '{server}'");

        forecast.IsRefused.ShouldBeTrue();
        forecast.Findings[0].Code.ShouldBe("disk");
        moved.State.ShouldBe(OperationState.Undone);
        moved.Error.ShouldNotBeNull().ShouldContain("5 MB are free");
    }

    [Fact]
    public async Task What_is_told_at_once_counts_the_size_and_the_machine()
    {
        var tenant = await TenantAsync();
        await world.ExecuteAsync($"update tenant_databases set bytes = 1000000000 where id = '{tenant.DatabaseId}'");

        var (there, made, dumped) = (await TellAsync(MoveMode.Replication, false), await TellAsync(MoveMode.Replication, true), await TellAsync(MoveMode.Dump, false));

        there.ExpectedSeconds.ShouldBeInRange(12, 21, "as was measured at 1.1 GB");
        there.ExpectedHoldMilliseconds.ShouldBeInRange(10, 50);
        made.ExpectedSeconds.ShouldBeGreaterThan(there.ExpectedSeconds);
        dumped.ExpectedHoldMilliseconds.ShouldBe(dumped.ExpectedSeconds * 1000, tolerance: 100);

        Task<MoveBegun> TellAsync(MoveMode mode, bool makesMachine) =>
            world.ReadAsync(db => MoveExpectation.OfAsync(db, Guid.Empty, tenant, mode, makesMachine, CancellationToken.None));
    }

    /// <summary>On the shared server, in the region where machines are made.</summary>
    private async Task<Tenant> TenantAsync()
    {
        var tenant = await world.OnboardAsync();
        await world.ExecuteAsync($"update tenants set region = '{RegisterEmbeddedServer.Region}' where id = '{tenant.Id}'");
        return tenant;
    }

    private Task<MoveForecast> TierAsync(Tenant tenant, Tier tier) => AskAsync<ShowTierPlan.Handler, ShowTierPlan>(new ShowTierPlan(tenant.Slug, tier));

    private async Task<MoveForecast> AskAsync<THandler, TQuery>(TQuery query)
        where THandler : IRequestHandler<TQuery, MoveForecast>
        where TQuery : IRequest<MoveForecast>
    {
        await using var scope = world.Get<IServiceScopeFactory>().CreateAsyncScope();
        return await ActivatorUtilities.CreateInstance<THandler>(scope.ServiceProvider).Handle(query, CancellationToken.None);
    }
}
