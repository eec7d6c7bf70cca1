using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TenantRuntime.Routes;
using TenantRuntime.Tests.World;

namespace TenantRuntime.Tests.Serving;

public sealed class SafeWorkTests(TenantWorld world) : IClassFixture<TenantWorld>
{
    private const string EndsItself = "perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(10)";
    private const string CannotSerialize = "raise exception 'not now' using errcode = '40001'";

    private readonly AnswerLoss answers = new();
    private Func<Task>? retrying;
    private int runs;

    [Fact]
    public async Task Cut_off_between_two_statements_by_a_move_it_runs_again_whole_where_the_tenant_lives_then()
    {
        var (old, target) = await TwoPlacesAsync("cut");
        await using var app = await StartAsync(old);

        await WorkAsync(app, old, async () =>
        {
            await app.SeesAsync(world.ControlPlane.Publish(old with { State = RouteState.Held }).Revision);
            await ShutAsync(old);
            world.ControlPlane.Publish(target);
        });

        runs.ShouldBe(2);
        (await NotesAsync(old), await NotesAsync(target)).ShouldBe(("", "first,second"));
    }

    [Fact]
    public async Task It_is_tried_again_while_the_old_place_lets_nobody_in_and_the_new_route_is_on_its_way()
    {
        var (old, target) = await TwoPlacesAsync("on-its-way");
        await using var app = await StartAsync(old);
        var tries = 0;
        retrying = () =>
        {
            // The first time it was cut off; the second time it was not let in.
            if (++tries == 2)
            {
                world.ControlPlane.Publish(target);
            }

            return Task.CompletedTask;
        };

        await WorkAsync(app, old, () => ShutAsync(old));

        tries.ShouldBeGreaterThanOrEqualTo(2);
        (await NotesAsync(old), await NotesAsync(target)).ShouldBe(("", "first,second"));
    }

    [Theory]
    [InlineData("ended", EndsItself)]
    [InlineData("conflict", CannotSerialize)]
    public async Task What_the_server_refuses_at_the_commit_runs_again(string slug, string refusal)
    {
        var route = await world.AddTenantAsync(slug, $"{NotesDb.Schema}; {RefusedAtCommit(refusal, times: 1)}");
        await using var app = await StartAsync(route);

        await WorkAsync(app, route);

        runs.ShouldBe(2);
        (await NotesAsync(route)).ShouldBe("first,second");
    }

    [Fact]
    public async Task After_a_lost_answer_to_the_commit_it_runs_again_only_if_it_says_that_it_may_be_done_twice()
    {
        var route = await world.AddTenantAsync("lost-answer", NotesDb.Schema);
        await using var app = await StartAsync(route);

        answers.Lose = 1;
        (await Should.ThrowAsync<CommitOutcomeUnknownException>(() => WorkAsync(app, route))).Message.ShouldContain("lost-answer");
        (runs, await NotesAsync(route)).ShouldBe((1, "first,second"));

        answers.Lose = 1;
        await WorkAsync(app, route, idempotent: true);
        (runs, await NotesAsync(route)).ShouldBe((3, "first,second,first,second,first,second"));
    }

    [Fact]
    public async Task What_never_succeeds_is_given_up()
    {
        var route = await world.AddTenantAsync("hopeless", $"{NotesDb.Schema}; {RefusedAtCommit(CannotSerialize, times: 1000)}");
        await using var app = await StartAsync(route);

        (await Should.ThrowAsync<RetryLimitExceededException>(() => WorkAsync(app, route))).InnerException.ShouldBeOfType<PostgresException>();

        (runs, await NotesAsync(route)).ShouldBe((7, ""));
    }

    [Fact]
    public async Task An_error_of_the_units_own_takes_it_back_and_is_not_repeated()
    {
        var route = await world.AddTenantAsync("own-error", NotesDb.Schema);
        await using var app = await StartAsync(route);

        await Should.ThrowAsync<NotSupportedException>(() => WorkAsync(app, route, () => throw new NotSupportedException()));

        (runs, await NotesAsync(route)).ShouldBe((1, ""));
    }

    [Fact]
    public async Task It_returns_what_the_unit_returned_and_has_the_isolation_that_was_asked_for()
    {
        var route = await world.AddTenantAsync("answering", NotesDb.Schema);
        await using var app = await StartAsync(route);

        await app.Services.GetRequiredService<TenantJobs>().RunForTenantAsync(
            route.TenantId,
            async (_, services, ct) => (await services.GetRequiredService<NotesDb>().RunSafelyAsync(
                (db, token) => db.Database.SqlQuery<string>($"""select current_setting('transaction_isolation') as "Value" """).SingleAsync(token), ct, isolation: IsolationLevel.Serializable)).ShouldBe("serializable"),
            CancellationToken.None);
    }

    [Fact]
    public async Task Where_it_cannot_work_it_explains_itself()
    {
        var route = await world.AddTenantAsync("explained", NotesDb.Schema);
        await using var app = await StartAsync(route);
        NotesDb? kept = null;
        await app.Services.GetRequiredService<TenantJobs>().RunForTenantAsync(
            route.TenantId,
            async (_, services, ct) =>
            {
                kept = services.GetRequiredService<NotesDb>();
                await using var open = await kept.Database.BeginTransactionAsync(ct);
                (await RefusedAsync<InvalidOperationException>(kept)).ShouldContain("Call RunSafelyAsync where none is open");
            },
            CancellationToken.None);

        (await RefusedAsync<NoTenantException>(kept!)).ShouldContain("after the request or job it belongs to had ended");
        await using var made = new NotesDb(new DbContextOptionsBuilder<NotesDb>().UseNpgsql().Options);
        (await RefusedAsync<InvalidOperationException>(made)).ShouldContain("AddTenantDbContext<NotesDb>()");

        static async Task<string> RefusedAsync<TException>(NotesDb db)
            where TException : Exception => (await Should.ThrowAsync<TException>(async () => await db.RunSafelyAsync((_, _) => Task.CompletedTask, CancellationToken.None))).Message;
    }

    /// <summary>A constraint that is looked at when the transaction is committed.</summary>
    private static string RefusedAtCommit(string refusal, int times) =>
        $"""
        create sequence tries;
        create function refuse() returns trigger language plpgsql security definer as
        $f$ begin if new.text = 'second' and nextval('tries') <= {times} then {refusal}; end if; return null; end $f$;
        create constraint trigger refuse after insert on notes deferrable initially deferred for each row execute function refuse()
        """;

    /// <summary>Two notes, and what happens between them in the first run.</summary>
    private Task WorkAsync(ServedApp app, Route route, Func<Task>? between = null, bool idempotent = false) =>
        app.Services.GetRequiredService<TenantJobs>().RunForTenantAsync(
            route.TenantId,
            (_, services, ct) => services.GetRequiredService<NotesDb>().RunSafelyAsync(
                async (db, token) =>
                {
                    db.Notes.Add(new NotesDb.Note { Text = "first" });
                    await db.SaveChangesAsync(token);
                    if (++runs == 1 && between is not null)
                    {
                        await between();
                    }

                    db.Notes.Add(new NotesDb.Note { Text = "second" });
                    await db.SaveChangesAsync(token);
                },
                ct,
                idempotent),
            CancellationToken.None);

    private async Task<(Route Old, Route Target)> TwoPlacesAsync(string slug)
    {
        var old = await world.AddTenantAsync(slug, NotesDb.Schema);
        var target = await world.CreateAsync(slug, NotesDb.Schema, 10, []);
        await world.ExecuteAsync($"ALTER DATABASE {target.Database} SET controlplane.tenant_id = '{old.TenantId}'");
        return (old, target with { TenantId = old.TenantId });
    }

    /// <summary>As the cut of a move does.</summary>
    private Task ShutAsync(Route place) => world.ExecuteAsync(
        $"ALTER ROLE {place.Database} NOLOGIN; SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{place.Database}' AND pid <> pg_backend_pid()");

    private Task<string> NotesAsync(Route place) => world.ScalarAsync<string>("SELECT coalesce(string_agg(text, ',' ORDER BY id), '') FROM notes", place.Database);

    private async Task<ServedApp> StartAsync(Route route)
    {
        var app = await ServedApp.StartAsync(
            world.ControlPlane.Address,
            _ => { },
            services: services => services.AddTenantDbContext<NotesDb>(configure: options => options
                .AddInterceptors(answers)
                .LogTo((id, _) => id == CoreEventId.ExecutionStrategyRetrying, _ => retrying?.Invoke().GetAwaiter().GetResult())));
        await app.SeesAsync(route.Revision);
        return app;
    }

    /// <summary>The line goes dead when a commit has been done and before its answer is read.</summary>
    private sealed class AnswerLoss : DbTransactionInterceptor
    {
        public int Lose { get; set; }

        public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default) =>
            Lose-- > 0 ? throw new NpgsqlException("Exception while reading from stream", new IOException()) : Task.CompletedTask;
    }
}
