using Npgsql;
using NpgsqlTypes;
using static Provisioner.Postgres.SqlText;

namespace Provisioner.Moves;

/// <content>The few milliseconds in which nobody may write.</content>
public sealed partial class MoveSide
{
    /// <summary>One reads or writes at a time; one that was ended may take a moment to go.</summary>
    private const int OwnerSessions = 3;

    /// <summary>
    /// Who could still write here. A session that is starting up passed the login check earlier and is not shown as its role's yet,
    /// but holds a lock on the database's own row. Asked of what the system's views are made of: to plan those takes longer than all the rest.
    /// </summary>
    private const string Writers =
        """
        select a.pid from pg_stat_get_activity(null) a
        where a.datid = here and a.backend_type = 'client backend' and not exists (select from pg_authid r where r.oid = a.usesysid and r.rolsuper)
        union
        select l.pid from pg_lock_status() l join pg_stat_get_activity(null) a using (pid)
        where l.locktype = 'object' and l.classid = 'pg_database'::regclass and l.objid = here and a.usesysid is null and a.backend_type = 'client backend'
        """;

    /// <summary>That of a cut is needed until its rows are compared.</summary>
    private const string ForgetMarkers =
        "delete from _move.marker m where at < clock_timestamp() - interval '1 minute' and not exists (select from _move.done where act = 'settled ' || m.id)";

    /// <summary>
    /// Lets nobody in who could write, ends those who are in, and then puts down the marker with the state of all sequences: what
    /// comes before it is everything that was ever committed here.
    /// </summary>
    /// <exception cref="StaleMoverException">A later worker was here already.</exception>
    /// <exception cref="TimeoutException">Sessions did not end in time; the database stays shut, <see cref="OpenAsync"/> opens it.</exception>
    public async Task ShutAsync(Guid marker, MoveWorker worker, TimeSpan limit, CancellationToken ct)
    {
        var mark = Loop(
            $"""
            if {IsOpen} or not exists ({MoveSchema.Worker(worker)}) then
              {MoveSchema.RaiseStale}
            end if;
            perform pg_terminate_backend(pid) from ({Writers}) w;
            if not found then
              insert into _move.marker (id, sequences) select {Literal(marker.ToString())}, _move.sequences()
              where not exists (select from pg_prepared_xact() where dbid = here) and exists ({MoveSchema.Worker(worker)} for key share);
              exit when found;
            end if;
            """,
            limit,
            NotArrived($"Sessions in {Place} did not end within {limit.TotalMilliseconds:0} ms."));

        // On the disk with the marker, which comes later in the same log: one wait instead of two.
        await BothAsync(Block($"set local synchronous_commit = off; {MoveSchema.Own(worker)} {Shut}"), Block(mark), ct);
    }

    /// <summary>Waits until nobody is in who could write, or for as long as is given: a session that was closed takes a moment to be gone.</summary>
    public Task AwaitQuietAsync(TimeSpan limit, CancellationToken ct) => ExecuteAsync(Block(Loop($"exit when not exists ({Writers});", limit, late: "exit;")), ct);

    /// <summary>Lets nobody in; who is in stays.</summary>
    public Task CloseAsync(MoveWorker worker, CancellationToken ct) => OwnAsync(Shut, worker, ct);

    /// <summary>Lets the owner role in where the place is shut, as which the control plane's own programs come; the tenant stays out.</summary>
    public Task AdmitOwnerAsync(MoveWorker worker, CancellationToken ct) => OwnAsync(
        $"alter role {Name(name.Login)} nologin; alter database {Name(name.Database)} connection limit {OwnerSessions};", worker, ct);

    /// <summary>Lets the tenant in, here and nowhere else.</summary>
    public Task OpenAsync(MoveWorker worker, CancellationToken ct) => OwnAsync(
        $"{Let} delete from _move.marker;", worker, ct);

    /// <summary>
    /// Waits for the marker from the other side and brings the sequences to what it says: then everything that was there is here, and
    /// the tenant is let in.
    /// </summary>
    /// <returns>Where in this server's log the tenant's own writing will begin: what lies before came from the other side.</returns>
    /// <exception cref="TimeoutException">The marker did not arrive; nothing was changed.</exception>
    /// <exception cref="StaleMoverException">A later worker was here already.</exception>
    public async Task<NpgsqlLogSequenceNumber> SettleAsync(Guid marker, MoveWorker worker, TimeSpan limit, CancellationToken ct)
    {
        // Written durably: what was applied is on the disk then too, and the position says so.
        var settle = Block(
            $"""
            declare
              states jsonb;
            begin
              set local synchronous_commit = on;
              {Await(marker, limit, "select sequences into states from _move.marker where id = " + Literal(marker.ToString()) + " for key share")}
              -- Who shut the other side has arrived here as well.
              {MoveSchema.Own(worker)}
              if not {IsOpen} then
                {Let}
              end if;
              perform setval(format('%I.%I', s ->> 0, s ->> 1)::regclass, (s ->> 2)::bigint, (s ->> 3)::bool) from jsonb_array_elements(states) s;
              insert into _move.done (act) values ({Literal($"settled {marker}")});
            end;
            """);
        return await BothAsync(settle, $"select pg_current_wal_flush_lsn() from _move.done where act = {Literal($"settled {marker}")}", ct) is NpgsqlLogSequenceNumber position
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

    /// <summary>Puts down a marker that means nothing but "so far". Goes the way of <see cref="ShutAsync"/>, so that nothing is done there for the first time.</summary>
    public async Task<Guid> PingAsync(CancellationToken ct)
    {
        var marker = Guid.CreateVersion7();
        await BothAsync(ForgetMarkers, $"insert into _move.marker (id, sequences) values ({Literal(marker.ToString())}, _move.sequences())", ct);
        return marker;
    }

    /// <summary>Waits until a marker from the other side is here. Goes the way of <see cref="SettleAsync"/>.</summary>
    /// <exception cref="TimeoutException">It did not arrive.</exception>
    public Task AwaitAsync(Guid marker, TimeSpan limit, CancellationToken ct) => BothAsync(
        Block(Await(marker, limit, "perform from _move.marker where id = " + Literal(marker.ToString()))), "select pg_current_wal_flush_lsn()", ct);

    private string Shut => $"alter role {Name(name.Login)} nologin; alter database {Name(name.Database)} connection limit 0;";

    private string IsOpen => $"(select rolcanlogin from pg_authid where rolname = {Literal(name.Login)})";

    private string Let => $"alter role {Name(name.Login)} login; alter database {Name(name.Database)} connection limit -1;";

    private static string Await(Guid marker, TimeSpan limit, string look) =>
        Loop($"{look}; exit when found;", limit, NotArrived($"Marker {marker} did not arrive in time."));

    private static string NotArrived(string why) => $"raise exception using errcode = '{MoveSchema.NotArrived}', message = {Literal(why)};";

    /// <summary>Looks again and again within the server, which is quicker than asking it again and again.</summary>
    /// <param name="look">Leaves by <c>exit</c> when there is nothing more to wait for.</param>
    /// <param name="late">What to do when it has taken too long.</param>
    private static string Loop(string look, TimeSpan limit, string late) =>
        $"""
        declare
          deadline timestamptz := clock_timestamp() + interval '{(long)limit.TotalMilliseconds} ms';
          here oid := (select oid from pg_database where datname = current_database());
        begin
          loop
            perform pg_stat_clear_snapshot();
            {look}
            if clock_timestamp() > deadline then
              {late}
            end if;
            perform pg_sleep(0.0005);
          end loop;
        end;
        """;

    private Task OwnAsync(string act, MoveWorker worker, CancellationToken ct) => TranslateAsync(ExecuteAsync(Block($"{MoveSchema.Own(worker)} {act}"), ct));

    /// <summary>Two transactions in one round trip.</summary>
    /// <returns>The first value that is answered, or null.</returns>
    private async Task<object?> BothAsync(string first, string second, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(await SessionAsync(ct)) { EnableErrorBarriers = true };
        batch.BatchCommands.Add(new(first));
        batch.BatchCommands.Add(new(second));
        return await TranslateAsync(batch.ExecuteScalarAsync(ct));
    }

    private static async Task TranslateAsync(Task act)
    {
        try
        {
            await act;
        }
        catch (NpgsqlException e) when (IsStale(e) || (e.InnerException as AggregateException)?.InnerExceptions.Any(IsStale) == true)
        {
            // Each command of a batch says so for itself.
            throw new StaleMoverException(e);
        }
        catch (PostgresException e) when (e.SqlState == MoveSchema.NotArrived)
        {
            throw new TimeoutException(e.MessageText, e);
        }
    }

    private static bool IsStale(Exception e) => e is PostgresException { SqlState: MoveSchema.Stale };

    private static async Task<T> TranslateAsync<T>(Task<T> act)
    {
        await TranslateAsync((Task)act);
        return await act;
    }
}
