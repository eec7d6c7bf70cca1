using ControlPlane.Catalog;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace ControlPlane.Operations;

/// <summary>
/// Every write of a worker to an operation. Each is one statement that carries the worker's epoch: a stale worker changes
/// nothing and gets <see cref="LeaseLostException"/>. So does a worker that records a step which is recorded already, because
/// only the answer was lost on the way. All times are the database's. What only says how far a worker has come does not wait
/// for the disk: should the catalog's machine stop in that moment, a step is done once more.
/// </summary>
public sealed class OperationStore(NpgsqlDataSource catalog, IDbContextFactory<CatalogDb> catalogs, NodeName node)
{
    /// <summary>How long a claim holds without being renewed.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);

    /// <summary>Takes the operation for this node, or returns null when it is not due, finished, or another's.</summary>
    /// <param name="id">Null takes the one that has been due the longest.</param>
    public async Task<Operation?> ClaimAsync(Guid? id, CancellationToken ct)
    {
        await using var db = await catalogs.CreateDbContextAsync(ct);
        var claimed = await db.Operations.FromSql($"""
            update operations
            set epoch = epoch + 1, node = {node.Value}, lease_until = now() + {Lease}, status = null,
                state = case state when 'undoing' then 'undoing' else 'running' end
            where id = coalesce({id}, (
                select id from operations
                where state in ('pending', 'running', 'waiting', 'undoing') and wake_at <= now() and (lease_until is null or lease_until < now())
                order by wake_at limit 1 for update skip locked))
              and state in ('pending', 'running', 'waiting', 'undoing') and wake_at <= now() and (lease_until is null or lease_until < now())
            returning *
            """).AsNoTracking().ToListAsync(ct);
        return claimed.SingleOrDefault();
    }

    public Task RenewAsync(Operation operation, CancellationToken ct) => WriteAsync(
        operation,
        "update operations set lease_until = now() + @lease where id = @id and epoch = @epoch and finished_at is null returning true",
        ct,
        ("lease", Lease));

    /// <summary>Records that a step begins, or begins again. Renews the lease: a claim may have waited for its commit.</summary>
    public Task BeginStepAsync(Operation operation, Step step, CancellationToken ct) => WriteAsync(
        operation,
        """
        with mine as (
          update operations set step_deadline = coalesce(step_deadline, now() + @deadline), lease_until = now() + @lease
          where id = @id and epoch = @epoch and finished_at is null returning id)
        insert into operation_steps (operation_id, position, name, state, attempt, started_at)
        select id, @position, @name, 'running', @attempt, now() from mine
        on conflict (operation_id, position) do update set state = 'running', attempt = excluded.attempt, finished_at = null
        returning true, set_config('synchronous_commit', 'off', true)
        """,
        ct,
        ("deadline", step.Deadline),
        ("lease", Lease),
        ("position", operation.Step),
        ("name", step.Name),
        ("attempt", operation.Attempt + 1));

    /// <summary>
    /// Records that a step is done; without a next one the operation is done too, which whoever waits for it may build upon at once, so that waits for
    /// the disk. Answers whether a cancellation was asked for.
    /// </summary>
    public async Task<bool> AdvanceAsync(Operation operation, StepContext context, Step? next, CancellationToken ct) => (bool)await WriteAsync(
        operation,
        """
        with mine as (
          update operations
          set step = @position + 1, attempt = 0, memory = @memory::jsonb, error = null, status = null,
              state = case when @next is null then 'done' else state end,
              finished_at = case when @next is null then now() end,
              lease_until = case when @next is null then null else now() + @lease end,
              step_deadline = now() + @deadline
          where id = @id and epoch = @epoch and step = @position and finished_at is null returning id, cancel_requested),
        ended as (
          update operation_steps s set state = 'done', finished_at = now(), error = null
          from mine where s.operation_id = mine.id and s.position = @position),
        begun as (
          insert into operation_steps (operation_id, position, name, state, attempt, started_at)
          select id, @position + 1, @next, 'running', 1, now() from mine where @next is not null
          on conflict (operation_id, position) do update set state = 'running', attempt = 1, started_at = now()),
        said as (
          insert into operation_log (operation_id, step, line) select id, @step, line from mine, unnest(@lines) line)
        select cancel_requested, pg_notify('operations', id::text), case when @next is not null then set_config('synchronous_commit', 'off', true) end from mine
        """,
        ct,
        ("position", operation.Step),
        ("next", (object?)next?.Name ?? DBNull.Value),
        ("deadline", next?.Deadline ?? TimeSpan.Zero),
        ("lease", Lease),
        ("memory", context.Memory.ToJsonString()),
        ("step", context.StepName),
        ("lines", context.TakeLines()));

    /// <summary>Gives the operation back until <paramref name="delay"/> has passed; the same step runs then.</summary>
    public Task SleepAsync(Operation operation, StepContext context, TimeSpan delay, string why, string? error, CancellationToken ct) =>
        WriteAsync(
            operation,
            """
            with mine as (
              update operations
              set state = case state when 'undoing' then 'undoing' else 'waiting' end, lease_until = null,
                  wake_at = now() + @delay, status = @why, memory = @memory::jsonb,
                  attempt = case when @error is null then 0 else attempt + 1 end
              where id = @id and epoch = @epoch and step = @position and finished_at is null returning id),
            slept as (
              update operation_steps s set state = 'waiting', error = @error
              from mine where s.operation_id = mine.id and s.position = @position),
            said as (
              insert into operation_log (operation_id, step, line) select id, @step, line from mine, unnest(@lines) line)
            select true, pg_notify('operations', id::text) from mine
            """,
            ct,
            ("position", operation.Step),
            ("delay", delay),
            ("why", why),
            ("error", (object?)error ?? DBNull.Value),
            ("memory", context.Memory.ToJsonString()),
            ("step", context.StepName),
            ("lines", context.TakeLines()));

    /// <summary>Gives the operation back at once, for another node or the next start to go on with.</summary>
    public Task ReleaseAsync(Operation operation, CancellationToken ct) => WriteAsync(
        operation,
        "update operations set lease_until = null, wake_at = now() where id = @id and epoch = @epoch and finished_at is null returning true",
        ct);

    /// <summary>
    /// Records a final error of the current step: undoing begins, the failed step included, or the operation stops for an
    /// operator.
    /// </summary>
    public Task FailAsync(Operation operation, StepContext context, string error, bool undo, CancellationToken ct) => WriteAsync(
        operation,
        """
        with mine as (
          update operations
          set state = case when @undo then 'undoing' else 'needs_operator' end, error = @error, attempt = 0, status = null,
              memory = @memory::jsonb, lease_until = case when @undo then now() + @lease end
          where id = @id and epoch = @epoch and step = @position and finished_at is null returning id),
        failed as (
          update operation_steps s
          set state = case when @was_undoing then 'undo_failed' else 'failed' end, error = @error, finished_at = now()
          from mine where s.operation_id = mine.id and s.position = @position),
        said as (
          insert into operation_log (operation_id, step, line) select id, @step, line from mine, unnest(@lines) line)
        select true, pg_notify('operations', id::text) from mine
        """,
        ct,
        ("position", operation.Step),
        ("undo", undo),
        ("was_undoing", operation.State == OperationState.Undoing),
        ("error", error),
        ("lease", Lease),
        ("memory", context.Memory.ToJsonString()),
        ("step", context.StepName),
        ("lines", context.TakeLines()));

    /// <summary>Records that a step is undone; before the first one lies the end.</summary>
    public Task UndoneAsync(Operation operation, StepContext context, CancellationToken ct) => WriteAsync(
        operation,
        """
        with mine as (
          update operations
          set step = greatest(@position - 1, 0), attempt = 0, memory = @memory::jsonb, status = null,
              state = case when @position = 0 then 'undone' else 'undoing' end,
              finished_at = case when @position = 0 then now() end,
              lease_until = case when @position = 0 then null else now() + @lease end
          where id = @id and epoch = @epoch and step = @position and finished_at is null returning id),
        ended as (
          update operation_steps s set state = 'undone', finished_at = now()
          from mine where s.operation_id = mine.id and s.position = @position),
        said as (
          insert into operation_log (operation_id, step, line) select id, @step, line from mine, unnest(@lines) line)
        select true, pg_notify('operations', id::text) from mine
        """,
        ct,
        ("position", operation.Step),
        ("lease", Lease),
        ("memory", context.Memory.ToJsonString()),
        ("step", context.StepName),
        ("lines", context.TakeLines()));

    /// <summary>Writes what a step said so far, while it works on.</summary>
    public Task SayAsync(Operation operation, string step, string[] lines, CancellationToken ct) => WriteAsync(
        operation,
        """
        with mine as (select id from operations where id = @id and epoch = @epoch and finished_at is null),
        said as (insert into operation_log (operation_id, step, line) select id, @step, line from mine, unnest(@lines) line)
        select true, pg_notify('operations', id::text) from mine
        """,
        ct,
        ("step", step),
        ("lines", lines));

    /// <summary>Whether transient errors have been retried for long enough.</summary>
    public async Task<bool> IsPastDeadlineAsync(Operation operation, CancellationToken ct) => (bool)await WriteAsync(
        operation, "select now() > deadline from operations where id = @id and epoch = @epoch", ct);

    /// <summary>Runs one fenced statement that answers one row while the epoch is the worker's, else none.</summary>
    private async Task<object> WriteAsync(
        Operation operation, string sql, CancellationToken ct, params (string Name, object Value)[] parameters)
    {
        await using var command = catalog.CreateCommand(sql);
        command.Parameters.AddWithValue("id", operation.Id);
        command.Parameters.AddWithValue("epoch", operation.Epoch);
        foreach (var (name, value) in parameters)
        {
            command.Parameters.Add(value is DBNull
                ? new NpgsqlParameter(name, NpgsqlDbType.Text) { Value = value }
                : new NpgsqlParameter(name, value));
        }

        return await command.ExecuteScalarAsync(ct) ?? throw new LeaseLostException(operation.Id);
    }
}
