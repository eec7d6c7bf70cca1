using TenantRuntime.Connections;

namespace TenantRuntime.Tests.Connections;

public sealed class SessionStateTests
{
    [Theory]
    [InlineData("SELECT 1")]
    [InlineData("select count(*), lower(name) from notes where id in (1, 2) and exists (select 1)")]
    [InlineData("INSERT INTO notes (text) VALUES ($1) RETURNING id;")]
    [InlineData("INSERT INTO public.notes (text) VALUES ('SET x')")]
    [InlineData("INSERT INTO \"Notes\" (\"Text\") VALUES (@p0)")]
    [InlineData("UPDATE notes SET text = 'set_config(' WHERE id = 1")]
    [InlineData("WITH moved AS (DELETE FROM notes RETURNING *) INSERT INTO old SELECT * FROM moved")]
    [InlineData("SELECT n.id::numeric(12,2) AS \"Id\" FROM notes AS n LIMIT @p OFFSET @q")]
    [InlineData("SELECT 1 -- set_config('a', 'b', false)\n")]
    [InlineData("SELECT /* SET x */ 1; SELECT $tag$ SET y; pg_advisory_lock( $tag$")]
    [InlineData("BEGIN; SAVEPOINT s; ROLLBACK TO s; COMMIT")]
    [InlineData("SELECT pg_advisory_xact_lock(1)")]
    public void Ordinary_statements_leave_nothing_behind(string sql) => SessionState.Of(sql).MayOutlive.ShouldBeFalse();

    [Theory]
    [InlineData("SET work_mem = '1GB'")]
    [InlineData("  set role x")]
    [InlineData("SELECT 1; SET a.b = 1")]
    [InlineData("SELECT set_config('a.b', '1', false)")]
    [InlineData("SELECT pg_catalog.set_config('a.b', '1', false)")]
    [InlineData("SELECT \"set_config\"('a.b', '1', false)")]
    [InlineData("SELECT pg_catalog.\"set_config\" ('a.b', '1', false)")]
    [InlineData("SELECT set_config /* hidden */ ('a.b', '1', false)")]
    [InlineData("SELECT 1 -- \r ; SET a.b = 1")]
    [InlineData("SELECT pg_advisory_lock(1)")]
    [InlineData("SELECT of_the_application(1)")]
    [InlineData("SELECT app.lower('x')")]
    [InlineData("CREATE TEMP TABLE t (id int)")]
    [InlineData("SELECT * INTO TEMPORARY t FROM notes")]
    [InlineData("SELECT * INTO t FROM notes")]
    [InlineData("DO $$ BEGIN PERFORM 1; END $$")]
    [InlineData("LISTEN news")]
    [InlineData("PREPARE p AS SELECT 1")]
    [InlineData("DECLARE c CURSOR WITH HOLD FOR SELECT 1")]
    [InlineData("CALL anything()")]
    [InlineData("SELECT E'\\'' ; SET a.b = 1 --'")]
    [InlineData("SELECT 'never ended")]
    [InlineData("INSERT INTO notes SELECT set_config('a.b', '1', false)")]
    public void Whatever_may_outlive_its_use_is_recognised(string sql) => SessionState.Of(sql).MayOutlive.ShouldBeTrue();
}
