using Npgsql;
using Provisioner.Postgres;
using Support;

namespace Provisioner.Tests.Postgres;

public sealed class DumpTests(TenantWorld world) : IClassFixture<TenantWorld>, IDisposable
{
    private readonly string file = Path.Combine(ThrowawayFolder.Path, $"{Guid.CreateVersion7():N}.dump");

    [Fact]
    public async Task A_restored_database_is_the_dumped_one()
    {
        var (name, password) = await world.CreateTenantAsync();
        await Sql.ExecuteAsync(await world.OwnerAsync(name), "create extension pg_trgm; create index on contacts using gin (name gin_trgm_ops)");
        await Sql.ExecuteAsync(
            world.Server.LoginConnectionString(name, password),
            "insert into contacts (name) select 'Contact ' || i from generate_series(1, 1000) i; select nextval('invoice_number'); select lo_from_bytea(4711, 'large')");

        await world.Server.DumpAsync(name, file, default);
        var login = await RestoreAsync();

        (await Sql.ScalarAsync(login, "select count(*) from contacts where name like 'Contact%'")).ShouldBe(1000L);
        (await Sql.ScalarAsync(login, "insert into contacts (name) values ('next') returning id")).ShouldBe(1001);
        (await Sql.ScalarAsync(login, "select nextval('invoice_number')")).ShouldBe(2L);
        (await Sql.ScalarAsync(login, "select convert_from(lo_get(4711), 'utf8')")).ShouldBe("large");
        (await Sql.ScalarAsync(login, "select count(*) from crm.deals, migrator.history")).ShouldBe(0L);
        (await Sql.FailureAsync(login, "create table mine (id int)")).ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task Only_we_may_read_a_dump_and_none_half_written_stays()
    {
        var (name, _) = await world.CreateTenantAsync();
        await world.Server.DumpAsync(name, file, default);

        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.GetFiles(Path.GetDirectoryName(file)!, Path.GetFileName(file) + "*").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_dump_whose_owner_is_shut_out_by_another_act_begins_again()
    {
        var (name, _) = await world.CreateTenantAsync();
        var shutOut = $"""
            do $$
            begin
              for i in 1..5000 loop
                exit when (select rolcanlogin from pg_roles where rolname = '{name.Owner}');
                perform pg_sleep(0.001);
              end loop;
              alter role {name.Owner} nologin;
            end
            $$
            """;

        var dump = world.Server.DumpAsync(name, file, default);
        await Sql.ExecuteAsync(world.Admin, shutOut);
        await Sql.ExecuteAsync(world.Admin, shutOut);
        await dump;

        File.Exists(file).ShouldBeTrue();
        (await Sql.ScalarAsync(world.Admin, $"select rolcanlogin from pg_roles where rolname = '{name.Owner}'")).ShouldBe(false);
    }

    [Fact]
    public async Task A_failed_dump_leaves_no_file_and_an_earlier_one_as_it_was()
    {
        await File.WriteAllTextAsync(file, "earlier");
        var name = world.NewName();
        await world.Server.CreateRolesAsync(name, LoginPassword.Generate(), new TenantRoleLimits(), default);

        var failure = await Should.ThrowAsync<ProvisioningException>(() => world.Server.DumpAsync(name, file, default));

        failure.Message.ShouldContain("does not exist");
        (await File.ReadAllTextAsync(file)).ShouldBe("earlier");
        Directory.GetFiles(Path.GetDirectoryName(file)!, Path.GetFileName(file) + "*").ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(0.02)]
    [InlineData(0.5)]
    [InlineData(0.97)]
    public async Task A_truncated_dump_is_refused_and_nothing_of_it_is_kept(double part)
    {
        var (name, password) = await world.CreateTenantAsync();
        await Sql.ExecuteAsync(world.Server.LoginConnectionString(name, password), "insert into contacts (name) select md5(i::text) from generate_series(1, 20000) i");
        await world.Server.DumpAsync(name, file, default);
        await using (var dump = File.OpenWrite(file))
        {
            dump.SetLength((long)(dump.Length * part));
        }

        var copy = await EmptyAsync(LoginPassword.Generate());
        var failure = await Should.ThrowAsync<ProvisioningException>(() => world.Server.RestoreAsync(copy, file, default));

        failure.Code.ShouldBeOneOf("dump_unreadable", "command_failed");
        failure.Message.ShouldContain(file);
        (await Sql.ScalarAsync(world.AdminIn(copy.Database), "select count(*) from pg_class where relnamespace = 'public'::regnamespace")).ShouldBe(0L);
    }

    [Fact]
    public async Task A_database_with_something_in_it_is_not_restored_into()
    {
        var (name, _) = await world.CreateTenantAsync();
        await world.Server.DumpAsync(name, file, default);

        var failure = await Should.ThrowAsync<ProvisioningException>(() => world.Server.RestoreAsync(name, file, default));

        failure.Code.ShouldBe("database_not_empty");
    }

    [Fact]
    public async Task The_password_is_in_no_argument_list()
    {
        var (name, _) = await world.CreateTenantAsync();
        var owner = await world.OwnerAsync(name);
        await using var blocking = new NpgsqlConnection(owner);
        await blocking.OpenAsync();
        await using var transaction = await blocking.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("lock table contacts", blocking))
        {
            await hold.ExecuteNonQueryAsync();
        }

        var dumping = world.Server.DumpAsync(name, file, default);
        var arguments = "";
        await Eventually.Async(() => (arguments = ArgumentsOfDump()).Length > 0, TimeSpan.FromSeconds(10), "pg_dump waits for the lock");
        await transaction.RollbackAsync();
        await dumping;

        arguments.ShouldNotContain(new NpgsqlConnectionStringBuilder(owner).Password!);
        arguments.ShouldNotContain("password=");
    }

    public void Dispose() => File.Delete(file);

    private string ArgumentsOfDump() =>
        Directory.GetDirectories("/proc")
            .Where(folder => int.TryParse(Path.GetFileName(folder), out _))
            .Select(folder => Try(() => File.ReadAllText(Path.Combine(folder, "cmdline"))))
            .FirstOrDefault(line => line.Contains("pg_dump", StringComparison.Ordinal) && line.Contains(file, StringComparison.Ordinal)) ?? "";

    private static string Try(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (IOException)
        {
            return "";
        }
    }

    private async Task<string> RestoreAsync()
    {
        var password = LoginPassword.Generate();
        var copy = await EmptyAsync(password);
        await world.Server.RestoreAsync(copy, file, default);
        await world.Server.GrantAccessAsync(copy, TemplateName.Empty, default);
        return world.Server.LoginConnectionString(copy, password);
    }

    private async Task<TenantDatabaseName> EmptyAsync(LoginPassword password)
    {
        var copy = world.NewName();
        await world.Server.CreateRolesAsync(copy, password, new TenantRoleLimits(), default);
        await world.Server.CreateDatabaseAsync(copy, TemplateName.Empty, tenant: null, default);
        return copy;
    }
}
