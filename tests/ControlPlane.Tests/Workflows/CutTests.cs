using ControlPlane.Operations;
using ControlPlane.Tenants.Moving;
using Npgsql;
using Support;

namespace ControlPlane.Tests.Workflows;

/// <summary>A cut that has to wait.</summary>
public sealed class CutTests(WorkflowWorld world) : IClassFixture<WorkflowWorld>, IDisposable
{
    [Fact]
    public async Task It_waits_for_a_long_transaction_and_given_up_then_it_leaves_no_session_behind()
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

    public void Dispose() => world.Mishap = (_, effect) => effect();
}
