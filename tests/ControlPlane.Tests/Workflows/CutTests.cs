using ControlPlane.Operations;
using ControlPlane.Servers;
using ControlPlane.Tenants.Moving;
using Npgsql;
using Support;

namespace ControlPlane.Tests.Workflows;

/// <summary>A cut that has to wait.</summary>
public sealed class CutTests(WorkflowWorld world) : IClassFixture<WorkflowWorld>, IDisposable
{
    [Fact]
    public async Task It_waits_for_a_long_transaction_and_can_be_given_up_then()
    {
        var tenant = await world.OnboardAsync();
        var database = await world.DatabaseOfAsync(tenant.Id);
        var operation = await world.AddAsync<TenantMove>(tenant.Id, tenant.Slug, new TenantMove.Request(await world.SecondServerAsync()));
        NpgsqlConnection? working = null;
        world.Mishap = async (act, effect) =>
        {
            if (act is not { Step: nameof(CutOver), IsUndo: false })
            {
                return await effect();
            }

            working = await world.OpenOnServerAsync(database);
            await using var begin = new NpgsqlCommand("begin; insert into notes (text) values ('at work')", working);
            await begin.ExecuteNonQueryAsync();
            await Eventually.Async(
                async () => (bool)(await world.OnServerAsync($"select clock_timestamp() - xact_start > '1.1 s' from pg_stat_activity where pid = {working!.ProcessID}"))!, TimeSpan.FromSeconds(30), "it has been at work for long");
            var result = await effect();
            result.Why.ShouldNotBeNull().ShouldContain("has been in a transaction");
            await world.CancelAsync(operation);
            return result;
        };

        var ended = await world.RunAsync(operation);

        ended.State.ShouldBe(OperationState.Undone, ended.Error);
        await using (working.ShouldNotBeNull())
        {
            await using var commit = new NpgsqlCommand("commit", working);
            await commit.ExecuteNonQueryAsync();
        }

        await Eventually.Async(
            async () => 0L.Equals(await world.OnServerAsync($"select count(*) from pg_stat_activity where datname = '{database}' and state like 'idle in transaction%'")), TimeSpan.FromSeconds(10), "no session is left");
        (await world.LookAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task One_that_fails_at_its_end_is_taken_back_and_given_up_then_it_leaves_no_snapshot_behind()
    {
        var tenant = await world.OnboardAsync();
        var database = await world.DatabaseOfAsync(tenant.Id);
        var operation = await world.AddAsync<TenantMove>(tenant.Id, tenant.Slug, new TenantMove.Request(await world.SecondServerAsync()));
        world.Mishap = async (act, effect) =>
        {
            if (act is not { Step: nameof(CutOver), IsUndo: false })
            {
                return await effect();
            }

            await world.ExecuteAsync(
                """
                create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not now'; end $$;
                create trigger refuse before update of way_back_from on moves for each row execute function refuse();
                """);
            var result = await effect();
            await world.ExecuteAsync("drop function refuse cascade");
            result.Why.ShouldNotBeNull().ShouldContain("goes on where it was");
            ((long)(await SnapshotsAsync())!).ShouldBe(1);
            await world.CancelAsync(operation);
            return result;
        };

        var ended = await world.RunAsync(operation);

        ended.State.ShouldBe(OperationState.Undone, ended.Error);
        await Eventually.Async(async () => 0L.Equals(await SnapshotsAsync()), TimeSpan.FromSeconds(10), "no snapshot is left");
        (await world.LookAsync()).ShouldBeEmpty();

        Task<object?> SnapshotsAsync() => world.OnServerAsync($"select count(*) from pg_stat_activity where datname = '{database}' and state like 'idle in transaction%'");
    }

    [Fact]
    public async Task What_a_return_has_yet_to_clear_away_is_no_alarm()
    {
        var (tenant, move) = await world.MoveAsync();
        var looks = 0;
        world.Mishap = async (act, effect) =>
        {
            if (act.Step == nameof(CloseWayBack))
            {
                looks++;
                List<string> found = [];
                await world.Get<Reconciler>().ReconcileAsync(world.Server, found.Add, CancellationToken.None);
                found.ShouldBe(["Nothing differs."]);
            }

            return await effect();
        };

        var ended = await world.RunAsync(await world.AddAsync<TenantReturn>(tenant.Id, tenant.Slug, new OfMove(move)));

        ended.State.ShouldBe(OperationState.Done, ended.Error);
        looks.ShouldBe(1);
        (await world.LookAsync()).ShouldBeEmpty();
    }

    public void Dispose() => world.Mishap = (_, effect) => effect();
}
