using Npgsql;
using Provisioner.Moves;
using Provisioner.Postgres;
using Support;

namespace Provisioner.Tests.Moves.Preflight;

public sealed class ContentTests(TwoServers servers) : IClassFixture<TwoServers>
{
    private static readonly MovePreflight Quick = new() { Watch = TimeSpan.Zero };

    [Fact]
    public async Task A_plain_database_has_nothing_to_report()
    {
        var name = await servers.TenantAsync("insert into contacts (name) select 'Contact ' || i from generate_series(1, 100) i");

        var plan = await new MovePreflight().InspectAsync(servers.Source, name, servers.Target, default);

        plan.Findings.Where(f => !f.Code.EndsWith("_elsewhere", StringComparison.Ordinal)).ShouldBeEmpty();
        plan.Mode.ShouldBe(MoveMode.Replication);
        plan.IsRefused.ShouldBeFalse();
        (plan.Facts.Tables, plan.Facts.Sequences, plan.Facts.LargeObjects).ShouldBe((4, 2, 0));
        plan.Facts.Bytes.ShouldBeInRange(5_000_000, 20_000_000);
        plan.Facts.IndexBytes.ShouldBeInRange(8192 * 4, 1_000_000);
        plan.Facts.RoundTripToSource.ShouldBeInRange(TimeSpan.FromMicroseconds(1), TimeSpan.FromSeconds(1));
        plan.Hold.ShouldBeLessThan(TimeSpan.FromSeconds(8));
        plan.Preparation.ShouldBeInRange(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task What_the_server_writes_is_measured()
    {
        var name = await servers.TenantAsync();
        var inspecting = new MovePreflight().InspectAsync(servers.Source, name, servers.Target, default);
        await servers.OnSourceAsync(name, "insert into contacts (name) select repeat(md5(i::text), 30) from generate_series(1, 10000) i");

        (await inspecting).Facts.WriteBytesPerSecond.ShouldBeGreaterThan(100_000);
    }

    [Fact]
    public async Task Large_objects_need_a_dump()
    {
        var (finding, plan) = await FindAsync("large_objects", "select lo_from_bytea(0, 'large')");

        finding.Verdict.ShouldBe(MoveVerdict.NeedsDump);
        plan.Mode.ShouldBe(MoveMode.Dump);
        plan.Facts.LargeObjects.ShouldBe(1);
        plan.IsRefused.ShouldBeFalse();
    }

    [Fact]
    public async Task An_unlogged_table_with_rows_needs_a_dump()
    {
        var (finding, plan) = await FindAsync("unlogged_table", "create unlogged table cache (id int primary key); insert into cache values (1)");

        finding.Verdict.ShouldBe(MoveVerdict.NeedsDump);
        finding.Subject.ShouldBe("public.cache");
        plan.Mode.ShouldBe(MoveMode.Dump);
    }

    [Fact]
    public async Task An_empty_unlogged_table_is_made_on_the_target()
    {
        var (finding, plan) = await FindAsync("unlogged_table", "create unlogged table cache (id int)");

        finding.Verdict.ShouldBe(MoveVerdict.Handled);
        plan.Mode.ShouldBe(MoveMode.Replication);
    }

    [Fact]
    public async Task Row_security_forced_on_the_owner_is_refused_since_a_dump_would_be_too()
    {
        var name = await servers.TenantAsync("alter table contacts enable row level security; alter table contacts force row level security");

        var (finding, plan) = await FindAsync("forced_row_security", name);

        finding.ToString().ShouldBe(
            "public.contacts: Row-level security is forced on its owner. Whoever moves the rows acts as the owner. Type: alter table public.contacts no force row level security. Force it again when the move is done.");
        plan.IsRefused.ShouldBeTrue();
        var failure = await Should.ThrowAsync<ProvisioningException>(() => servers.Source.DumpAsync(name, Path.Combine(ThrowawayFolder.Path, "refused.dump"), default));
        failure.Message.ShouldContain("row-level security");
    }

    [Fact]
    public async Task Row_security_that_is_not_forced_is_no_matter()
    {
        var name = await servers.TenantAsync("alter table contacts enable row level security");

        (await InspectAsync(name)).Findings.ShouldNotContain(f => f.Code == "forced_row_security");
    }

    [Fact]
    public async Task A_materialized_view_is_filled_on_the_target()
    {
        var (finding, _) = await FindAsync("materialized_view", "create materialized view total as select count(*) from contacts");

        (finding.Verdict, finding.Subject).ShouldBe((MoveVerdict.Handled, "public.total"));
    }

    [Theory]
    [InlineData("always")]
    [InlineData("replica")]
    public async Task A_trigger_that_fires_for_replicated_rows_needs_a_dump(string when)
    {
        var (finding, _) = await FindAsync(
            "trigger_on_replica",
            $"""
            create function note() returns trigger language plpgsql as 'begin return new; end';
            create trigger audit after insert on contacts for each row execute function note();
            create trigger usual after insert on contacts for each row execute function note();
            alter table contacts enable {when} trigger audit
            """);

        finding.Verdict.ShouldBe(MoveVerdict.NeedsDump);
        finding.Detail.ShouldContain("audit");
    }

    [Fact]
    public async Task What_does_not_belong_to_the_tenants_owner_role_is_refused()
    {
        var name = await servers.TenantAsync();
        await servers.OnSourceAsync(name, "create table public.by_hand (id int primary key)");

        var (finding, _) = await FindAsync("foreign_owner", name);

        finding.Verdict.ShouldBe(MoveVerdict.Refused);
        finding.Subject.ShouldBe("public.by_hand");
        finding.Detail.ShouldContain(servers.World.AdminRole);
    }

    [Fact]
    public async Task Rows_that_an_extension_put_there_need_a_dump()
    {
        var name = await servers.TenantAsync("create extension pg_trgm; create table presets (id int primary key); insert into presets values (1)");
        await servers.OnSourceAsync(name, "alter extension pg_trgm add table public.presets");

        (await FindAsync("extension_table", name)).Finding.Verdict.ShouldBe(MoveVerdict.NeedsDump);
    }

    [Fact]
    public async Task A_function_that_only_a_superuser_can_make_is_refused()
    {
        var name = await servers.TenantAsync();
        await servers.OnSourceAsync(name, "create function public.fast(float8) returns float8 language internal as 'dsqrt'");

        var (finding, _) = await FindAsync("untrusted_function", name);

        (finding.Verdict, finding.Subject).ShouldBe((MoveVerdict.Refused, "public.fast(double precision)"));
    }

    [Fact]
    public async Task An_event_trigger_is_not_carried_over()
    {
        var name = await servers.TenantAsync();
        await servers.OnSourceAsync(
            name, "create function public.watch() returns event_trigger language plpgsql as 'begin end'; create event trigger watchman on ddl_command_end execute function public.watch()");

        var (finding, _) = await FindAsync("event_trigger", name);

        (finding.Verdict, finding.Subject).ShouldBe((MoveVerdict.Warning, "watchman"));
    }

    [Fact]
    public async Task A_foreign_server_has_passwords_that_may_not_come_along()
    {
        var name = await servers.TenantAsync();
        await servers.OnSourceAsync(
            name,
            $"""
            create extension postgres_fdw;
            create server erp foreign data wrapper postgres_fdw options (host 'erp.example');
            create user mapping for {name.Owner} server erp options (user 'u', password 'hidden-word')
            """);

        var (finding, plan) = await FindAsync("foreign_server", name);

        finding.Verdict.ShouldBe(MoveVerdict.Warning);
        finding.Detail.ShouldContain("1 logins");
        plan.Findings.ShouldAllBe(f => !f.ToString().Contains("hidden-word", StringComparison.Ordinal));
        plan.IsRefused.ShouldBeTrue("its extension can be made by a superuser only");
    }

    [Fact]
    public async Task A_subscription_that_brings_rows_in_is_refused()
    {
        var name = await servers.TenantAsync();
        await servers.OnSourceAsync(name, "create subscription incoming connection 'host=nowhere.invalid' publication p with (connect = false)");
        try
        {
            (await FindAsync("subscription", name)).Finding.ShouldSatisfyAllConditions(
                f => f.Verdict.ShouldBe(MoveVerdict.Refused), f => f.Subject.ShouldBe("incoming"));
        }
        finally
        {
            await servers.OnSourceAsync(name, "alter subscription incoming set (slot_name = none)");
            await servers.OnSourceAsync(name, "drop subscription incoming");
        }
    }

    [Fact]
    public async Task A_publication_is_not_carried_over()
    {
        var name = await servers.TenantAsync();
        await servers.OnSourceAsync(name, "create publication outgoing for all tables");

        (await FindAsync("publication", name)).Finding.Verdict.ShouldBe(MoveVerdict.Warning);
    }

    [Fact]
    public async Task A_slot_that_somebody_else_reads_is_refused()
    {
        var name = await servers.TenantAsync();
        var slot = $"reader_{Guid.CreateVersion7():N}";
        await servers.OnSourceAsync(name, $"select pg_create_logical_replication_slot('{slot}', 'pgoutput')");
        try
        {
            (await FindAsync("foreign_slot", name)).Finding.ShouldSatisfyAllConditions(
                f => f.Verdict.ShouldBe(MoveVerdict.Refused), f => f.Subject.ShouldBe(slot));
        }
        finally
        {
            await servers.OnSourceAsync(name, $"select pg_drop_replication_slot('{slot}')");
        }
    }

    [Fact]
    public async Task What_moves_make_themselves_is_no_finding()
    {
        var id = "a2" + new string('b', 24);
        var name = await servers.TenantAsync();
        await servers.OnSourceAsync(
            name,
            $"""
            create schema _move;
            create table _move.marker (id int);
            create function _move.freeze() returns event_trigger language plpgsql as 'begin end';
            create event trigger mf_{id} on ddl_command_end execute function _move.freeze();
            create event trigger mf_{id}d on sql_drop execute function _move.freeze();
            create publication mv_{id} for all tables
            """);

        (await InspectAsync(name)).Findings.Where(f => !f.Code.EndsWith("_elsewhere", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_long_transaction_is_named_with_its_process_and_age()
    {
        var name = await servers.TenantAsync();
        await using var busy = new NpgsqlConnection(servers.World.AdminIn(name.Database));
        await busy.OpenAsync();
        await using var transaction = await busy.BeginTransactionAsync();
        await using var write = new NpgsqlCommand("insert into contacts (name) values ('half done') returning pg_backend_pid()", busy);
        var process = await write.ExecuteScalarAsync();

        MoveFinding? finding = null;
        await Eventually.Async(
            async () => (finding = (await InspectAsync(name)).Findings.FirstOrDefault(f => f.Code == "long_transaction")) is not null,
            TimeSpan.FromSeconds(30),
            "the transaction counts as long");

        finding!.Verdict.ShouldBe(MoveVerdict.Warning);
        finding.Subject.ShouldBe($"session {process}");
        finding.Detail.ShouldMatch("runs for [0-9]+ s");
        var neighbour = await servers.TenantAsync();
        (await InspectAsync(neighbour)).Findings.ShouldContain(f => f.Code == "long_transaction_elsewhere" && f.Subject == $"session {process}");
    }

    private async Task<(MoveFinding Finding, MovePlan Plan)> FindAsync(string code, string ownersSql) => await FindAsync(code, await servers.TenantAsync(ownersSql));

    private async Task<(MoveFinding Finding, MovePlan Plan)> FindAsync(string code, TenantDatabaseName name)
    {
        var plan = await InspectAsync(name);
        return (plan.Findings.Where(f => f.Code == code).ShouldHaveSingleItem(), plan);
    }

    private Task<MovePlan> InspectAsync(TenantDatabaseName name) => Quick.InspectAsync(servers.Source, name, servers.Target, default);
}
