using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers.Removal;
using ControlPlane.Tenants.Moving;
using Microsoft.EntityFrameworkCore;
using Provisioner.Moves;
using Support;

namespace ControlPlane.Tests.Workflows;

/// <summary>A server goes, with all that is on it, and does not come back.</summary>
public sealed class LostServerTests(WorkflowWorld world) : IClassFixture<WorkflowWorld>, IDisposable
{
    [Theory]
    [InlineData(MoveMode.Replication, nameof(BeginCopy))]
    [InlineData(MoveMode.Replication, nameof(CutOver))]
    [InlineData(MoveMode.Dump, nameof(CompareAtRest))]
    public async Task A_move_to_it_is_undone_without_it(MoveMode mode, string at)
    {
        await using var cluster = await TestCluster.StartAsync();
        var name = $"doomed-{CatalogConventions.Snake(at).Replace('_', '-')}";
        var server = await world.AddServerAsync(name, cluster);
        var tenant = await world.OnboardAsync();
        world.Mishap = async (act, effect) =>
        {
            if (act.Step == at && !act.IsUndo)
            {
                await cluster.KillAsync();
                await RemoveAsync(server, name, OperationState.Done);
                throw new InvalidOperationException("It is gone.");
            }

            return await effect();
        };

        var request = new TenantMove.Request(server, Mode: mode);
        var ended = await world.RunAsync(mode == MoveMode.Dump
            ? await world.AddAsync<TenantMoveByDump>(tenant.Id, tenant.Slug, request)
            : await world.AddAsync<TenantMove>(tenant.Id, tenant.Slug, request));

        ended.State.ShouldBe(OperationState.Undone, ended.Error);
        var database = await world.DatabaseOfAsync(tenant.Id);
        (await world.OnServerAsync(
            "select to_regnamespace('_move') is null and not exists (select from pg_publication) and not exists (select from pg_event_trigger) and not exists (select from pg_replication_slots)", database))
            .ShouldBe(true);
        await world.AsOwnerAsync(tenant, "insert into notes (text) values ('still here'); create table more (id int)");
        (await world.LookAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_way_back_to_it_is_given_up_without_it_and_until_then_nobody_may_remove_it_who_does_not_say_so()
    {
        await using var cluster = await TestCluster.StartAsync();
        var server = await world.AddServerAsync("doomed", cluster);
        var tenant = await world.OnboardAsync();
        await world.EndMoveAsync(tenant, await MoveAsync(tenant, server));
        await RemoveAsync(server, "doomed", OperationState.NeedsOperator);
        var move = await MoveAsync(tenant, await world.SecondServerAsync());
        await cluster.KillAsync();

        await RemoveAsync(server, "doomed", OperationState.NeedsOperator, lost: false);
        await RemoveAsync(server, "doomed", OperationState.Done);
        await world.EndMoveAsync(tenant, move);

        var database = await world.DatabaseOfAsync(tenant.Id);
        (await world.OnSecondAsync("select to_regnamespace('_move') is null and not exists (select from pg_publication) and not exists (select from pg_replication_slots)", database)).ShouldBe(true);
        (await world.ReadAsync(db => db.Databases.CountAsync(d => d.TenantId == tenant.Id))).ShouldBe(1);
        (await world.LookAsync()).ShouldBeEmpty();
    }

    public void Dispose() => world.Mishap = (_, effect) => effect();

    private async Task RemoveAsync(Guid server, string name, OperationState end, bool lost = true)
    {
        var removal = await world.RunAsync(await world.AddAsync<ServerRemoval>(server, name, new ServerRemoval.Request(lost)));
        removal.State.ShouldBe(end, removal.Error);
        if (end == OperationState.NeedsOperator)
        {
            removal.Error.ShouldNotBeNull().ShouldContain("Customers live on");
            await world.CancelAsync(removal.Id);
        }
    }

    private async Task<Guid> MoveAsync(Tenant tenant, Guid to)
    {
        var moved = await world.RunAsync(await world.AddAsync<TenantMove>(tenant.Id, tenant.Slug, new TenantMove.Request(to)));
        moved.State.ShouldBe(OperationState.Done, moved.Error);
        return moved.Id;
    }
}
