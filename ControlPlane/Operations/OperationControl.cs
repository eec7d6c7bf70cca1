using ControlPlane.Catalog;
using ControlPlane.Problems;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Operations;

/// <summary>
/// What a person may do to an operation that exists. Changes are made in the caller's transaction; after its commit, wake the
/// operation with <see cref="OperationLauncher.Wake"/>.
/// </summary>
public static class OperationControl
{
    /// <summary>
    /// Asks for the end: an operation that can be undone is, from its next step boundary; one that has stopped for an operator
    /// is given up as it stands.
    /// </summary>
    /// <exception cref="ProblemException">It has ended, or is past its point of no return.</exception>
    public static async Task CancelAsync(CatalogDb db, Guid id, CancellationToken ct)
    {
        var changed = await db.Database.ExecuteSqlAsync($"""
            update operations
            set cancel_requested = state <> 'needs_operator', wake_at = now(),
                state = case state when 'needs_operator' then 'cancelled' else state end,
                finished_at = case state when 'needs_operator' then now() end
            where id = {id} and finished_at is null and (undoable or state = 'needs_operator') and state <> 'undoing'
            """, ct);
        await EndAsync(
            db, id, changed, "cancelled", "Only an operation that can still be undone, or that needs an operator, can be cancelled.", ct);
    }

    /// <summary>Goes on from the step that failed, in the direction it was going.</summary>
    /// <exception cref="ProblemException">It does not wait for an operator.</exception>
    public static async Task RetryAsync(CatalogDb db, Guid id, CancellationToken ct)
    {
        var changed = await db.Database.ExecuteSqlAsync($"""
            update operations o
            set wake_at = now(), attempt = 0, step_deadline = null, cancel_requested = false, deadline = greatest(deadline, now() + interval '1 hour'),
                state = case when exists (
                  select from operation_steps s where s.operation_id = o.id and s.position = o.step and s.state = 'undo_failed')
                  then 'undoing' else 'pending' end
            where id = {id} and state = 'needs_operator'
            """, ct);
        await EndAsync(db, id, changed, "retried", "Only an operation that needs an operator can be retried.", ct);
    }

    private static async Task EndAsync(CatalogDb db, Guid id, int changed, string done, string rule, CancellationToken ct)
    {
        if (changed == 1)
        {
            await db.Database.ExecuteSqlAsync($"select pg_notify({CatalogEvents.Operations}, {id.ToString()})", ct);
            return;
        }

        var state = await db.Operations.Where(o => o.Id == id).Select(o => (OperationState?)o.State).SingleOrDefaultAsync(ct)
            ?? throw Problem.NotFound("operation", id.ToString());
        throw new ProblemException(409, "invalid_state", $"Operation {id} is {state} and cannot be {done}.", rule);
    }
}
