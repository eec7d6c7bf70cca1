using Provisioner.Moves;
using Provisioner.Postgres;

namespace Provisioner.Tests.Moves.Preflight;

/// <summary>Whether the target can take the database at all.</summary>
public sealed class TargetTests(TwoServers servers) : IClassFixture<TwoServers>
{
    private static readonly MovePreflight Quick = new() { Watch = TimeSpan.Zero };

    [Fact]
    public async Task An_extension_that_the_target_does_not_have_is_refused_with_the_package_to_install()
    {
        var name = await servers.TenantAsync("create extension pg_trgm");

        // Both servers have the same files, so the one here gets another name.
        await servers.OnSourceAsync(name, "update pg_extension set extname = 'vector' where extname = 'pg_trgm'");

        var finding = await FindAsync("extension_missing", name);

        (finding.Verdict, finding.Subject).ShouldBe((MoveVerdict.Refused, "vector"));
        finding.Advice.ShouldMatch("apt install postgresql-[0-9]+-pgvector");
    }

    [Fact]
    public async Task An_extension_that_only_a_superuser_may_make_is_refused()
    {
        var name = await servers.TenantAsync();
        await servers.OnSourceAsync(name, "create extension pageinspect");

        (await FindAsync("extension_untrusted", name)).ShouldSatisfyAllConditions(
            f => f.Verdict.ShouldBe(MoveVerdict.Refused), f => f.Subject.ShouldBe("pageinspect"));
    }

    [Fact]
    public async Task Where_the_target_is_yet_to_be_made_the_source_alone_is_looked_at()
    {
        var name = await servers.TenantAsync("create extension pg_trgm");
        (await Quick.InspectAsync(servers.Source, name, target: null, default)).ShouldSatisfyAllConditions(
            p => p.IsRefused.ShouldBeFalse(), p => p.Mode.ShouldBe(MoveMode.Replication), p => p.Hold.ShouldBeGreaterThan(TimeSpan.Zero));
        await servers.OnSourceAsync(name, "create extension pageinspect");

        var refused = await Quick.InspectAsync(servers.Source, name, target: null, default);

        refused.Findings.Where(f => f.Verdict == MoveVerdict.Refused).ShouldHaveSingleItem().Subject.ShouldBe("pageinspect");
    }

    [Fact]
    public async Task An_extension_of_a_version_that_the_target_lacks_is_a_warning()
    {
        var name = await servers.TenantAsync("create extension pg_trgm");
        await servers.OnSourceAsync(name, "update pg_extension set extversion = '99.1' where extname = 'pg_trgm'");

        (await FindAsync("extension_version", name)).Verdict.ShouldBe(MoveVerdict.Warning);
    }

    [Fact]
    public async Task A_trusted_extension_is_no_finding()
    {
        var name = await servers.TenantAsync("create extension pg_trgm; create extension citext");

        (await InspectAsync(name)).Findings.ShouldNotContain(f => f.Code.StartsWith("extension", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_encoding_or_locale_is_refused()
    {
        var name = servers.World.NewName();
        await servers.Source.CreateRolesAsync(name, LoginPassword.Generate(), new TenantRoleLimits(), default);
        await Sql.ExecuteAsync(servers.World.Admin, $"create database {name.Database} template template0 encoding 'SQL_ASCII' lc_collate 'C' lc_ctype 'C'");
        await Sql.ExecuteAsync(servers.World.Admin, $"comment on database {name.Database} is '{ObjectTag.ForTenant("tests", name.Id)}'");

        var found = (await InspectAsync(name)).Findings.Where(f => f.Code == "locale").ToList();

        found.ShouldAllBe(f => f.Verdict == MoveVerdict.Refused);
        found.ShouldContain(f => f.Detail.Contains("encoding is SQL_ASCII", StringComparison.Ordinal));
        found.ShouldContain(f => f.Detail.Contains("datcollate is C here", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_tablespace_that_the_target_lacks_is_refused()
    {
        var name = await servers.TenantAsync();
        var space = $"fast_{name.Database}";
        await InPlaceTablespaceAsync(servers.World.Admin, space);
        try
        {
            await servers.OnSourceAsync(name, $"alter table public.contacts set tablespace {space}");

            (await FindAsync("tablespace", name)).Verdict.ShouldBe(MoveVerdict.Refused);
            await InPlaceTablespaceAsync(servers.TargetAdmin, space);
            (await FindAsync("tablespace", name)).Verdict.ShouldBe(MoveVerdict.Handled);
        }
        finally
        {
            await servers.OnSourceAsync(name, "alter table public.contacts set tablespace pg_default");
            await Sql.ExecuteAsync(servers.World.Admin, $"drop tablespace {space}");
        }
    }

    [Theory]
    [InlineData(1.9, true)]
    [InlineData(2.1, false)]
    public async Task A_target_needs_twice_the_databases_size_free(double times, bool isRefused)
    {
        var name = await servers.TenantAsync();
        var bytes = (await InspectAsync(name)).Facts.Bytes;

        var plan = await new MovePreflight { TargetFreeBytes = (long)(bytes * times), Watch = TimeSpan.Zero }.InspectAsync(servers.Source, name, servers.Target, default);

        plan.Findings.Any(f => f is { Code: "disk", Verdict: MoveVerdict.Refused }).ShouldBe(isRefused);
    }

    [Fact]
    public async Task A_move_to_where_the_tenant_is_already_is_refused()
    {
        var name = await servers.TenantAsync();

        var plan = await Quick.InspectAsync(servers.Source, name, servers.Source, default);

        plan.Findings.ShouldContain(f => f.Code == "same_server" && f.Verdict == MoveVerdict.Refused);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_an_error_that_says_so()
    {
        var failure = await Should.ThrowAsync<ProvisioningException>(() => InspectAsync(new TenantDatabaseName(Guid.CreateVersion7())));

        failure.Code.ShouldBe("database_missing");
    }

    [Fact]
    public void An_older_server_is_refused_and_a_newer_one_is_not()
    {
        var source = Readings.Plain with { MajorVersion = 16 };
        var target = Readings.Plain with { Place = "target:5432" };

        ServerChecks.CompareServers(source, target with { MajorVersion = 15 }).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            f => f.Code.ShouldBe("version"), f => f.Verdict.ShouldBe(MoveVerdict.Refused));
        ServerChecks.CompareServers(source, target with { MajorVersion = 17 }).ShouldBeEmpty();
    }

    [Fact]
    public void A_target_without_connections_to_spare_is_refused()
    {
        var full = Readings.Plain with { Place = "target:5432", Connections = new Room("max_connections", 100, 98) };

        ServerChecks.CompareServers(Readings.Plain, full).ShouldHaveSingleItem().Code.ShouldBe("connections");
    }

    private static async Task InPlaceTablespaceAsync(string admin, string name)
    {
        // Not in one message: it must not be part of a transaction.
        await using var connection = new Npgsql.NpgsqlConnection(admin);
        await connection.OpenAsync();
        foreach (var sql in new[] { "set allow_in_place_tablespaces = on", $"create tablespace {name} location ''" })
        {
            await using var command = new Npgsql.NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    private async Task<MoveFinding> FindAsync(string code, TenantDatabaseName name) =>
        (await InspectAsync(name)).Findings.Where(f => f.Code == code).ShouldHaveSingleItem();

    private Task<MovePlan> InspectAsync(TenantDatabaseName name) => Quick.InspectAsync(servers.Source, name, servers.Target, default);
}
