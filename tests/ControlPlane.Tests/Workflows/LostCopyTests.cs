using ControlPlane.Operations;
using ControlPlane.Tenants.Moving;
using Provisioner.Postgres;
using Support;

namespace ControlPlane.Tests.Workflows;

/// <summary>A copy of a table with which PostgreSQL cannot go on.</summary>
public sealed class LostCopyTests(WorkflowWorld world) : IClassFixture<WorkflowWorld>, IDisposable
{
    [Fact]
    public async Task A_move_whose_new_server_has_lost_a_copy_is_undone_and_says_so()
    {
        var tenant = await world.OnboardAsync();
        var operation = await world.AddAsync<TenantMove>(tenant.Id, tenant.Slug, new TenantMove.Request(await world.SecondServerAsync()));
        var isLost = false;
        world.Mishap = async (act, effect) =>
        {
            if (act is { Step: nameof(AwaitCopy), IsUndo: false } && !isLost)
            {
                await LoseCopyAsync(new TenantDatabaseName(operation).Database);
                isLost = true;
            }

            return await effect();
        };

        var ended = await world.RunAsync(operation);

        ended.State.ShouldBe(OperationState.Undone, ended.Error);
        ended.Error.ShouldNotBeNull().ShouldContain("moment in which public.notes was copied");
        (await world.LookAsync()).ShouldBeEmpty();
    }

    public void Dispose() => world.Mishap = (_, effect) => effect();

    /// <summary>As a crash leaves it that comes when the slot of the copy is gone and before it is written down that the copy is done.</summary>
    private async Task LoseCopyAsync(string database)
    {
        await Eventually.Async(async () => true.Equals(await world.OnSecondAsync("select bool_and(srsubstate = 'r') from pg_subscription_rel", database)), TimeSpan.FromSeconds(30), "all tables are copied");
        var subscription = await world.OnSecondAsync("select subname::text from pg_subscription where subdbid = (select oid from pg_database where datname = current_database())", database);
        await world.OnSecondAsync($"alter subscription {subscription} disable", database);
        await world.OnSecondAsync("update pg_subscription_rel set srsubstate = 'f' where srrelid = 'notes'::regclass", database);
        await world.OnSecondAsync($"alter subscription {subscription} enable", database);
    }
}
