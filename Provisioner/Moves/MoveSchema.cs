using Provisioner.Postgres;
using static Provisioner.Postgres.SqlText;

namespace Provisioner.Moves;

/// <summary>
/// What a move keeps inside the tenant's databases. Its tables travel with the tenant's: so a marker that arrives says that
/// everything before it has arrived.
/// </summary>
internal static class MoveSchema
{
    /// <summary>
    /// The SQLSTATE of a change that is refused while a database moves: <c>lock_not_available</c>. So a migrator waits as it does for a
    /// lock, lets the others go first, and says in the end for whom it could not wait.
    /// </summary>
    public const string Frozen = "55P03";

    /// <summary>The SQLSTATE of an act of a worker that another one has replaced.</summary>
    public const string Stale = "CP003";

    /// <summary>The SQLSTATE of a marker that did not arrive in time, or will never.</summary>
    public const string NotArrived = "CP004";

    public static string Create(TenantDatabaseName name) =>
        $"""
        if exists (select from pg_namespace where nspname = '_move' and nspowner <> (select oid from pg_roles where rolname = current_user)) then
          raise exception using errcode = '{Guards.ForeignObject}', message = {Literal($"Schema _move of {name.Database}")};
        end if;
        create schema if not exists _move;
        create table if not exists _move.marker (id uuid primary key, sequences jsonb not null, at timestamptz not null default clock_timestamp());
        create table if not exists _move.worker (is_only bool primary key default true check (is_only), operation uuid not null, epoch bigint not null);
        create table if not exists _move.identity (schema_name text, table_name text, was "char" not null, primary key (schema_name, table_name));
        create table if not exists _move.done (act text primary key, at timestamptz not null default clock_timestamp());
        create or replace function _move.sequences() returns jsonb language plpgsql set search_path = pg_catalog as $f$
          declare
            found jsonb;
            it record;
            last bigint;
            is_called bool;
          begin
            select coalesce(jsonb_agg(jsonb_build_array(s.nspname, s.relname, s.last, true)) filter (where s.last is not null), '[]')
            into found
            from (select nspname, relname, pg_sequence_last_value(q.seqrelid) as last {Sequences}) s;
            -- Of one that nobody has used, only itself can say where it begins.
            for it in select nspname, relname {Sequences} and pg_sequence_last_value(q.seqrelid) is null loop
              execute format('select last_value, is_called from %I.%I', it.nspname, it.relname) into last, is_called;
              found := found || jsonb_build_array(jsonb_build_array(it.nspname, it.relname, last, is_called));
            end loop;
            return found;
          end
          $f$;
        grant usage on schema _move to {Name(name.Owner)};
        grant select, insert, update, delete, truncate on all tables in schema _move to {Name(name.Owner)};
        """;

    /// <summary>Judged when the command is done: only then is it known whether it made something temporary. Refusing takes it back.</summary>
    public static string Freeze(string trigger) =>
        $"""
        create or replace function _move.freeze() returns event_trigger language plpgsql set search_path = pg_catalog as $f$
          declare
            is_lasting bool;
          begin
            if tg_tag = 'REFRESH MATERIALIZED VIEW' or (select rolsuper from pg_roles where rolname = session_user) then
              return;
            end if;
            if tg_event = 'sql_drop' then
              select exists (select from pg_event_trigger_dropped_objects() where not is_temporary) into is_lasting;
            else
              select exists (select from pg_event_trigger_ddl_commands() where schema_name is distinct from 'pg_temp') into is_lasting;
            end if;
            if is_lasting then
              raise exception using errcode = '{Frozen}', message = 'The schema cannot be changed: this database is being moved to another server.',
                hint = 'Try again when the move is done.';
            end if;
          end
          $f$;
        if not exists (select from pg_event_trigger where evtname = {Literal(trigger)}) then
          create event trigger {Name(trigger)} on ddl_command_end execute function _move.freeze();
          create event trigger {Name(trigger + "d")} on sql_drop execute function _move.freeze();
        end if;
        """;

    public static string RaiseStale => $"raise exception using errcode = '{Stale}', message = 'Another worker has taken this move over.';";

    /// <summary>The worker that acts here is the newest that did; else it stops.</summary>
    public static string Own(MoveWorker worker) =>
        $"""
        insert into _move.worker as w (operation, epoch) values ({Literal(worker.Operation.ToString())}, {worker.Epoch}) on conflict (is_only) do update
          set operation = excluded.operation, epoch = excluded.epoch where (w.operation, w.epoch) <= (excluded.operation, excluded.epoch);
        if not found then
          {RaiseStale}
        end if;
        """;

    /// <summary>A query that finds something as long as this worker is the one.</summary>
    public static string Worker(MoveWorker worker) => $"select from _move.worker where operation = {Literal(worker.Operation.ToString())} and epoch = {worker.Epoch}";

    private const string Sequences =
        "from pg_sequence q join pg_class c on c.oid = q.seqrelid join pg_namespace n on n.oid = c.relnamespace where relpersistence <> 't' and nspname <> '_move'";
}
