using Npgsql;
using Provisioner.Postgres;
using Support;

namespace Provisioner.Tests.Postgres;

/// <summary>A tenant at its limit is refused; its neighbour is not.</summary>
public sealed class LimitTests(TenantWorld world) : IClassFixture<TenantWorld>
{
    [Fact]
    public async Task Connections()
    {
        var login = await LoginAsync(new TenantRoleLimits { Connections = 2 });
        var neighbour = await LoginAsync(new TenantRoleLimits());
        await using var first = await OpenAsync(login);
        await using var second = await OpenAsync(login);

        (await Sql.FailureAsync(login, "select 1")).ShouldBe(PostgresErrorCodes.TooManyConnections);
        (await Sql.FailureAsync(neighbour, "select 1")).ShouldBeNull();
    }

    [Fact]
    public async Task Statement_time()
    {
        var login = await LoginAsync(new TenantRoleLimits { StatementTimeout = TimeSpan.FromMilliseconds(50) });

        (await Sql.FailureAsync(login, "select pg_sleep(30)")).ShouldBe(PostgresErrorCodes.QueryCanceled);
    }

    [Fact]
    public async Task Waiting_for_a_lock()
    {
        var login = await LoginAsync(new TenantRoleLimits { LockTimeout = TimeSpan.FromMilliseconds(50) });
        await using var holder = await OpenAsync(login);
        await using var transaction = await holder.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("select pg_advisory_xact_lock(1)", holder))
        {
            await hold.ExecuteNonQueryAsync();
        }

        (await Sql.FailureAsync(login, "select pg_advisory_lock(1)")).ShouldBe(PostgresErrorCodes.LockNotAvailable);
    }

    [Fact]
    public async Task Idling_inside_a_transaction()
    {
        var login = await LoginAsync(new TenantRoleLimits { IdleInTransactionTimeout = TimeSpan.FromMilliseconds(50) });
        await using var idle = await OpenAsync(login);
        await using (var begin = new NpgsqlCommand("begin", idle))
        {
            await begin.ExecuteNonQueryAsync();
        }

        await Eventually.Async(
            async () => await Sql.ScalarAsync(world.Admin, $"select count(*) from pg_stat_activity where pid = {idle.ProcessID}") is 0L,
            TimeSpan.FromSeconds(10),
            "the server ends the idle transaction's session");
    }

    [Fact]
    public async Task Temporary_files()
    {
        var login = await LoginAsync(new TenantRoleLimits { TempFileBytes = 1 << 20 });

        (await Sql.FailureAsync(login, "set work_mem = '64kB'; select count(*) from (select repeat('x', 100) || i from generate_series(1, 200000) i order by 1) rows"))
            .ShouldBe(PostgresErrorCodes.ConfigurationLimitExceeded);
    }

    [Fact]
    public async Task A_change_of_limits_holds_for_the_next_session_and_undoes_what_the_login_set_for_itself()
    {
        var (name, password) = await world.CreateTenantAsync();
        var login = world.Server.LoginConnectionString(name, password);
        await Sql.ExecuteAsync(login, $"alter role \"{name.Login}\" set statement_timeout = 0; alter role \"{name.Login}\" set work_mem = '123MB'; alter role \"{name.Login}\" in database \"{name.Database}\" set search_path = pg_temp");

        await world.Server.LimitAsync(name, new TenantRoleLimits { Connections = 7, StatementTimeout = TimeSpan.FromSeconds(3) }, default);

        (await Sql.ScalarAsync(login, "show statement_timeout")).ShouldBe("3s");
        (await Sql.ScalarAsync(login, "show work_mem")).ShouldNotBe("123MB");
        (await Sql.ScalarAsync(login, "show search_path")).ShouldBe("public, pg_temp");
        (await world.Server.ListAsync(default)).Roles.Single(r => r.Name == name.Login).ConnectionLimit.ShouldBe(7);
    }

    private async Task<string> LoginAsync(TenantRoleLimits limits)
    {
        var (name, password) = await world.CreateTenantAsync(limits);
        return world.Server.LoginConnectionString(name, password);
    }

    private static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }
}
