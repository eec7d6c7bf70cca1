using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;
using static Provisioner.Postgres.SqlText;

namespace Provisioner.Moves;

/// <content>The few milliseconds in which nobody may write.</content>
public sealed partial class MoveSide
{
    /// <summary>One reads or writes at a time; one that was ended may take a moment to go.</summary>
    private const int OwnerSessions = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    /// <summary>
    /// Who could still write here. A session that is starting up passed the login check earlier and is not shown as its role's yet,
    /// but holds a lock on the database's own row.
    /// </summary>
    private string Writers =>
        $"""
        select a.pid from pg_stat_activity a left join pg_roles r on r.rolname = a.usename
        where a.datname = {Literal(name.Database)} and a.backend_type = 'client backend' and not coalesce(r.rolsuper, false)
        union
        select l.pid from pg_locks l join pg_stat_activity a using (pid)
        where l.locktype = 'object' and l.classid = 'pg_database'::regclass and l.objid = (select oid from pg_database where datname = {Literal(name.Database)})
          and a.usename is null and a.backend_type = 'client backend'
        """;

    /// <summary>
    /// Lets nobody in who could write, ends those who are in, and then puts down the marker with the state of all sequences: what
    /// comes before it is everything that was ever committed here.
    /// </summary>
    /// <exception cref="StaleMoverException">A later worker was here already.</exception>
    /// <exception cref="TimeoutException">Sessions did not end in time; the database stays shut, <see cref="OpenAsync"/> opens it.</exception>
    public async Task ShutAsync(Guid marker, MoveWorker worker, TimeSpan limit, CancellationToken ct)
    {
        var began = Stopwatch.StartNew();
        var mark =
            $"""
            with writers as materialized ({Writers}), ended as (select count(pg_terminate_backend(pid)) as n from writers),
            marked as (
              insert into _move.marker (id, sequences) select $1, _move.sequences()
              where not exists (select from writers) and not exists (select from pg_prepared_xacts where database = {Literal(name.Database)})
                and exists (select from _move.worker where operation = $2 and epoch = $3) and not (select rolcanlogin from pg_roles where rolname = {Literal(name.Login)})
              returning 1)
            select (select count(*) from marked), (select n from ended)
            """;
        await using (var batch = new NpgsqlBatch(await SessionAsync(ct)) { EnableErrorBarriers = true })
        {
            // On the disk with the marker, which comes later in the same log: one wait instead of two.
            batch.BatchCommands.Add(new(Block($"set local synchronous_commit = off; {MoveSchema.Own(worker)} {Shut}")));
            batch.BatchCommands.Add(new(mark) { Parameters = { new() { Value = marker }, new() { Value = worker.Operation }, new() { Value = worker.Epoch } } });
            if (await TranslateAsync(batch.ExecuteScalarAsync(ct)) is 1L)
            {
                return;
            }
        }

        while (await ScalarAsync<long>(mark, ct, marker, worker.Operation, worker.Epoch) == 0)
        {
            if (began.Elapsed > limit)
            {
                throw new TimeoutException($"Sessions in {Place} did not end within {limit.TotalMilliseconds:0} ms.");
            }

            await Task.Delay(Pause, ct);
        }
    }

    /// <summary>Lets nobody in; who is in stays.</summary>
    public Task CloseAsync(MoveWorker worker, CancellationToken ct) => OwnAsync(Shut, worker, ct);

    /// <summary>Lets the owner role in where the place is shut, as which the control plane's own programs come; the tenant stays out.</summary>
    public Task AdmitOwnerAsync(MoveWorker worker, CancellationToken ct) => OwnAsync(
        $"alter role {Name(name.Login)} nologin; alter database {Name(name.Database)} connection limit {OwnerSessions};", worker, ct);

    /// <summary>Lets the tenant in, here and nowhere else.</summary>
    public Task OpenAsync(MoveWorker worker, CancellationToken ct) => OwnAsync(
        $"alter role {Name(name.Login)} login; alter database {Name(name.Database)} connection limit -1; delete from _move.marker;", worker, ct);

    /// <summary>
    /// Waits for the marker from the other side and brings the sequences to what it says: then everything that was there is here.
    /// </summary>
    /// <returns>Where in this server's log the tenant's own writing will begin: what lies before came from the other side.</returns>
    /// <exception cref="TimeoutException">The marker did not arrive; nothing was changed.</exception>
    public async Task<NpgsqlLogSequenceNumber> SettleAsync(Guid marker, TimeSpan limit, CancellationToken ct)
    {
        // Written durably: what was applied is on the disk then too, and the position says so.
        var settle = Block(
            $"""
            declare
              states jsonb;
              it record;
              deadline timestamptz := clock_timestamp() + interval '{(long)limit.TotalMilliseconds} ms';
            begin
              set local synchronous_commit = on;
              {Await(marker, "select sequences into states from _move.marker where id = " + Literal(marker.ToString()) + " for key share")}
              perform setval(format('%I.%I', s ->> 0, s ->> 1)::regclass, (s ->> 2)::bigint, (s ->> 3)::bool) from jsonb_array_elements(states) s;
              insert into _move.done (act) values ({Literal($"settled {marker}")});
            end;
            """);
        await using var batch = new NpgsqlBatch(await SessionAsync(ct)) { EnableErrorBarriers = true };
        batch.BatchCommands.Add(new(settle));
        batch.BatchCommands.Add(new($"select pg_current_wal_flush_lsn() from _move.done where act = {Literal($"settled {marker}")}"));
        return await TranslateAsync(batch.ExecuteScalarAsync(ct)) is NpgsqlLogSequenceNumber position
            ? position
            : throw new TimeoutException($"Marker {marker} was taken back.");
    }

    /// <summary>
    /// What would make everybody wait: a transaction that has been writing for long, or one that is prepared. Null when there is none.
    /// </summary>
    public Task<string?> FindObstacleAsync(CancellationToken ct) => ScalarAsync<string>(
        $"""
        select format('Process %s has been in a transaction for %s s; the cut waits for its end.', pid, extract(epoch from clock_timestamp() - xact_start)::int)
        from pg_stat_activity where datname = {Literal(name.Database)} and backend_type = 'client backend' and backend_xid is not null and xact_start < clock_timestamp() - interval '1 second'
        union all
        select format('Transaction %s is prepared; the cut waits until somebody commits it or rolls it back.', gid) from pg_prepared_xacts where database = {Literal(name.Database)}
        limit 1
        """,
        ct);

    /// <summary>Puts down a marker that means nothing but "so far".</summary>
    public async Task<Guid> PingAsync(CancellationToken ct)
    {
        var marker = Guid.CreateVersion7();
        await ExecuteAsync($"delete from _move.marker where at < clock_timestamp() - interval '1 minute'; insert into _move.marker (id, sequences) values ({Literal(marker.ToString())}, '[]')", ct);
        return marker;
    }

    /// <summary>Waits until a marker from the other side is here.</summary>
    /// <exception cref="TimeoutException">It did not arrive.</exception>
    public Task AwaitAsync(Guid marker, TimeSpan limit, CancellationToken ct) => TranslateAsync(ExecuteAsync(
        Block($"""
            declare
              deadline timestamptz := clock_timestamp() + interval '{(long)limit.TotalMilliseconds} ms';
            begin
              {Await(marker, "perform from _move.marker where id = " + Literal(marker.ToString()))}
            end;
            """),
        ct));

    private string Shut => $"alter role {Name(name.Login)} nologin; alter database {Name(name.Database)} connection limit 0;";

    private static string Await(Guid marker, string look) =>
        $"""
        loop
          {look};
          exit when found;
          if clock_timestamp() > deadline then
            raise exception using errcode = '{MoveSchema.NotArrived}', message = {Literal($"Marker {marker} did not arrive in time.")};
          end if;
          perform pg_sleep(0.0005);
        end loop;
        """;

    private Task OwnAsync(string act, MoveWorker worker, CancellationToken ct) => TranslateAsync(ExecuteAsync(Block($"{MoveSchema.Own(worker)} {act}"), ct));

    private static async Task TranslateAsync(Task act)
    {
        try
        {
            await act;
        }
        catch (PostgresException e) when (e.SqlState == MoveSchema.Stale)
        {
            throw new StaleMoverException(e);
        }
        catch (PostgresException e) when (e.SqlState == MoveSchema.NotArrived)
        {
            throw new TimeoutException(e.MessageText, e);
        }
    }

    private static async Task<T> TranslateAsync<T>(Task<T> act)
    {
        await TranslateAsync((Task)act);
        return await act;
    }
}
