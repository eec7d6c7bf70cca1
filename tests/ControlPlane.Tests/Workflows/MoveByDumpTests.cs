using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Tenants.Moving;
using Microsoft.EntityFrameworkCore;
using Provisioner.Moves;
using TenantRuntime.Routes;

namespace ControlPlane.Tests.Workflows;

/// <summary>What a tenant that moves by a dump sees, and what becomes of it when that fails.</summary>
public sealed class MoveByDumpTests(WorkflowWorld world) : IClassFixture<WorkflowWorld>, IDisposable
{
    [Fact]
    public async Task Without_being_asked_for_it_is_refused_and_says_how_to_ask_and_what_it_costs()
    {
        var tenant = await world.OnboardAsync();
        await world.FillForDumpAsync(tenant);

        var ended = await world.RunAsync(await world.AddAsync<TenantMove>(tenant.Id, tenant.Slug, new TenantMove.Request(await world.SecondServerAsync())));

        ended.State.ShouldBe(OperationState.Undone);
        ended.Error.ShouldNotBeNull().ShouldContain("large objects");
        ended.Error.ShouldContain("public.cache");
        ended.Error.ShouldContain($"ctl tenants move {tenant.Slug} --to shared-2 --dump");
        ended.Error.ShouldMatch("rest for about [0-9]+ s");
    }

    [Fact]
    public async Task While_it_rests_its_route_says_until_when()
    {
        var tenant = await world.OnboardAsync();
        var before = TimeProvider.System.GetUtcNow();
        PublishedRoute? resting = null;
        world.Mishap = async (act, effect) =>
        {
            resting ??= act.Step == nameof(CopyByDump) ? await RouteAsync(tenant) : null;
            return await effect();
        };

        (await MoveAsync(tenant)).State.ShouldBe(OperationState.Done);

        resting.ShouldNotBeNull().State.ShouldBe(RouteState.Held);
        resting.BackAt.ShouldNotBeNull().ShouldBeInRange(before, before.AddMinutes(5));
        (await RouteAsync(tenant)).State.ShouldBe(RouteState.Active);
    }

    [Fact]
    public async Task One_that_is_suspended_stays_so()
    {
        var tenant = await world.OnboardAsync();
        await world.ExecuteAsync($"update tenants set state = 'suspended' where id = '{tenant.Id}'; update routes set state = 'suspended' where tenant_id = '{tenant.Id}'");
        var seen = new List<RouteState>();
        world.Mishap = async (_, effect) =>
        {
            var result = await effect();
            seen.Add((await RouteAsync(tenant)).State);
            return result;
        };

        (await MoveAsync(tenant)).State.ShouldBe(OperationState.Done);

        seen.ShouldAllBe(s => s == RouteState.Suspended);
        (await world.LookAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Rows_that_cannot_be_written_there_leave_it_where_it_was_and_open()
    {
        var tenant = await world.OnboardAsync();
        await world.FillForDumpAsync(tenant);
        var database = await world.DatabaseOfAsync(tenant.Id);
        await world.AsOwnerAsync(
            tenant,
            """
            create function fits(text) returns bool language sql immutable as 'select true';
            create table picky (text text check (public.fits(text)));
            insert into picky values ('fits');
            create or replace function fits(text) returns bool language sql immutable as 'select false';
            """);

        var ended = await MoveAsync(tenant);

        ended.State.ShouldBe(OperationState.Undone);
        ended.Error.ShouldNotBeNull().ShouldContain("picky");
        (await RouteAsync(tenant)).ShouldSatisfyAllConditions(r => r.State.ShouldBe(RouteState.Active), r => r.BackAt.ShouldBeNull());
        (await world.OnServerAsync($"select rolcanlogin and datconnlimit = -1 from pg_roles, pg_database where rolname = '{database}' and datname = '{database}'")).ShouldBe(true);
        (await world.OnServerAsync("select to_regnamespace('_move') is null and not exists (select from pg_event_trigger)", database)).ShouldBe(true);
        (await world.LookAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Rows_that_differ_leave_it_where_it_was()
    {
        var tenant = await world.OnboardAsync();
        await world.FillForDumpAsync(tenant);
        var database = await world.DatabaseOfAsync(tenant.Id);
        world.Mishap = async (act, effect) =>
        {
            if (act is { Step: nameof(CompareAtRest), IsUndo: false })
            {
                await world.OnServerAsync("insert into notes (text) values ('by a migration')", database);
            }

            return await effect();
        };

        var ended = await MoveAsync(tenant);

        ended.State.ShouldBe(OperationState.Undone);
        ended.Error.ShouldNotBeNull().ShouldContain("public.notes");
        (await world.OnServerAsync("select count(*) from notes", database)).ShouldBe(101L);
        (await world.LookAsync()).ShouldBeEmpty();
    }

    public void Dispose() => world.Mishap = (_, effect) => effect();

    private Task<PublishedRoute> RouteAsync(Tenant tenant) => world.ReadAsync(db => db.Routes.SingleAsync(r => r.TenantId == tenant.Id));

    private async Task<Operation> MoveAsync(Tenant tenant) =>
        await world.RunAsync(await world.AddAsync<TenantMoveByDump>(tenant.Id, tenant.Slug, new TenantMove.Request(await world.SecondServerAsync(), Mode: MoveMode.Dump)));
}
