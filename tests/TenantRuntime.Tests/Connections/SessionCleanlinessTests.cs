using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using TenantRuntime.Tests.Serving;
using TenantRuntime.Tests.World;

namespace TenantRuntime.Tests.Connections;

/// <summary>Nothing done in one use is seen in the next one on the same connection.</summary>
public sealed class SessionCleanlinessTests(TenantWorld world) : IClassFixture<TenantWorld>
{
    private const string Leftovers =
        """
        SELECT concat_ws(',', current_setting('work_mem'), nullif(current_setting('app.mark', true), ''),
          (SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema()),
          (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()),
          (SELECT count(*) FROM pg_prepared_statements), (SELECT count(*) FROM pg_listening_channels())) || ',' || pg_backend_pid()
        """;

    [Theory]
    [InlineData("SET work_mem = '17MB'")]
    [InlineData("SELECT set_config('app.mark', 'left', false)")]
    [InlineData("CREATE TEMP TABLE left_behind (id int)")]
    [InlineData("SELECT pg_advisory_lock(4711)")]
    [InlineData("PREPARE left_behind AS SELECT 1")]
    [InlineData("LISTEN left_behind")]
    [InlineData("INSERT INTO notes (text) VALUES ('from a trigger')")]
    [InlineData("SELECT mark()")]
    public async Task Whatever_a_use_leaves_is_gone_before_the_next(string sql)
    {
        var tenant = PoolWorld.Serve(await world.AddTenantAsync("tidy", sql.Contains("notes") || sql.Contains("mark()") ? WithStatefulTrigger : ""));
        using var pools = new PoolWorld(o => o.PerServer = 1);
        var before = (string)(await pools.UseAsync(tenant, Leftovers))!;

        await pools.UseAsync(tenant, sql);

        (await pools.UseAsync(tenant, Leftovers)).ShouldBe(before);
    }

    [Fact]
    public async Task What_a_databases_functions_may_do_is_remembered_for_its_next_connection()
    {
        var tenant = PoolWorld.Serve(await world.AddTenantAsync("remembered", WithStatefulTrigger));
        var other = PoolWorld.Serve(await world.AddTenantAsync("evicting"));
        using var pools = new PoolWorld(o => o.PerServer = 1);
        await pools.UseAsync(tenant, "SELECT 1");
        await pools.UseAsync(other, "SELECT 1");
        var before = (string)(await pools.UseAsync(tenant, Leftovers))!;

        await pools.UseAsync(tenant, "INSERT INTO notes (text) VALUES ('from a trigger')");

        (await pools.UseAsync(tenant, Leftovers)).ShouldBe(before);
    }

    [Fact]
    public async Task The_same_through_the_raw_connection_and_its_api()
    {
        var tenant = PoolWorld.Serve(await world.AddTenantAsync("raw"));
        using var pools = new PoolWorld(o => o.PerServer = 1);
        var before = (string)(await pools.UseAsync(tenant, Leftovers))!;

        await using (var scope = pools.Scope(tenant))
        {
            await using var connection = await scope.OpenConnectionAsync(CancellationToken.None);
            await using var prepared = new NpgsqlCommand("SELECT 1", connection.Npgsql);
            await prepared.PrepareAsync();
            await using var batch = new NpgsqlBatch(connection.Npgsql) { BatchCommands = { new("SELECT 1"), new("SET work_mem = '17MB'") } };
            await batch.ExecuteNonQueryAsync();
        }

        (await pools.UseAsync(tenant, Leftovers)).ShouldBe(before);
    }

    [Fact]
    public async Task A_transaction_that_was_left_open_ends_with_its_use()
    {
        var tenant = PoolWorld.Serve(await world.AddTenantAsync("unfinished", NotesDb.Schema));
        using var pools = new PoolWorld(o => o.PerServer = 1);
        await using (var scope = pools.Scope(tenant))
        {
            await using var connection = await scope.OpenConnectionAsync(CancellationToken.None);
            await connection.BeginTransactionAsync(CancellationToken.None);
            await using var insert = connection.CreateCommand("INSERT INTO notes (text) VALUES ('half done')");
            await insert.ExecuteNonQueryAsync();
        }

        (await pools.UseAsync(tenant, "SELECT count(*) FROM notes")).ShouldBe(0L);
        (await pools.UseAsync(tenant, "INSERT INTO notes (text) VALUES ('whole') RETURNING text")).ShouldBe("whole");
        (await world.ScalarAsync<long>("SELECT count(*) FROM notes", tenant.Route.Database)).ShouldBe(1);
    }

    [Fact]
    public async Task A_transaction_disposed_late_does_not_touch_the_next_users()
    {
        var tenant = PoolWorld.Serve(await world.AddTenantAsync("late-disposal", NotesDb.Schema));
        using var pools = new PoolWorld(o => o.PerServer = 1);
        await using var first = pools.Scope(tenant);
        var earlier = await first.OpenConnectionAsync(CancellationToken.None);
        var finished = await earlier.BeginTransactionAsync(CancellationToken.None);
        await finished.CommitAsync();
        await earlier.DisposeAsync();

        await using var second = pools.Scope(tenant);
        await using var later = await second.OpenConnectionAsync(CancellationToken.None);
        await using var transaction = await later.BeginTransactionAsync(CancellationToken.None);
        await using var insert = later.CreateCommand("INSERT INTO notes (text) VALUES ('whole')");
        await insert.ExecuteNonQueryAsync();
        await finished.DisposeAsync();
        await transaction.CommitAsync();

        (await world.ScalarAsync<long>("SELECT count(*) FROM notes", tenant.Route.Database)).ShouldBe(1);
    }

    [Fact]
    public async Task A_connection_that_was_never_given_back_is_closed_with_its_scope()
    {
        var tenant = PoolWorld.Serve(await world.AddTenantAsync("forgetful"));
        using var pools = new PoolWorld(o => o.PerServer = 1);
        await using (var scope = pools.Scope(tenant))
        {
            await scope.OpenConnectionAsync(CancellationToken.None);
        }

        (await pools.UseAsync(tenant, "SELECT 1")).ShouldBe(1);
    }

    [Fact]
    public async Task What_EF_Core_did_not_announce_is_cleared_too()
    {
        var route = await world.AddTenantAsync("behind", NotesDb.Schema);
        await using var app = await ServedApp.StartAsync(
            world.ControlPlane.Address,
            app =>
            {
                app.MapGet("/left", (NotesDb db) => db.Database.SqlQueryRaw<string>(Leftovers + " AS \"Value\"").SingleAsync());
                app.MapGet("/sql", (NotesDb db) => db.Database.ExecuteSqlRawAsync("SELECT pg_advisory_lock(1); SET work_mem = '17MB'"));
                app.MapGet("/raw", async (NotesDb db) =>
                {
                    await db.Database.OpenConnectionAsync();
                    var raw = (NpgsqlConnection)db.Database.GetDbConnection();
                    await raw.BeginTransactionAsync();
                    await using var command = new NpgsqlCommand("INSERT INTO notes (text) VALUES ('half done')", raw);
                    await command.ExecuteNonQueryAsync();
                });
                app.MapGet("/forgotten", async (NotesDb db) =>
                {
                    await db.Database.BeginTransactionAsync();
                    await db.Database.ExecuteSqlRawAsync("INSERT INTO notes (text) VALUES ('half done')");
                });
            },
            o => o.Connections.PerServer = 1,
            services => services.AddTenantDbContext<NotesDb>());
        await app.SeesAsync(route.Revision);
        string Settings(string left) => left[..left.LastIndexOf(',')];
        var before = Settings(await app.GetStringAsync("behind.localhost", "/left"));

        foreach (var path in new[] { "/sql", "/raw", "/forgotten" })
        {
            await app.GetStringAsync("behind.localhost", path);

            Settings(await app.GetStringAsync("behind.localhost", "/left")).ShouldBe(before, path);
            (await world.ScalarAsync<long>("SELECT count(*) FROM notes", route.Database)).ShouldBe(0, path);
            (await world.ScalarAsync<long>($"SELECT count(*) FROM pg_stat_activity WHERE datname = '{route.Database}' AND state LIKE 'idle in%'")).ShouldBe(0, path);
        }
    }

    private const string WithStatefulTrigger = NotesDb.Schema +
        """
        ; CREATE FUNCTION mark() RETURNS text LANGUAGE sql AS $$ SELECT set_config('app.mark', 'left', false) $$;
        CREATE FUNCTION mark_trigger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('app.mark', 'left', false); RETURN NEW; END $$;
        CREATE TRIGGER mark BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION mark_trigger()
        """;
}
