using ControlPlane.Catalog;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Operations;

/// <summary>Ties a catalog transaction to the epoch of the worker that runs it.</summary>
internal static class OperationFence
{
    /// <summary>
    /// Locks the operation's row until the transaction ends, so that nobody can claim it in between.
    /// </summary>
    /// <exception cref="LeaseLostException">The epoch is no longer the worker's.</exception>
    public static async Task HoldAsync(CatalogDb db, Guid operation, long epoch, CancellationToken ct)
    {
        var held = await db.Database
            .SqlQuery<int>($"select 1 as \"Value\" from operations where id = {operation} and epoch = {epoch} and finished_at is null for no key update")
            .ToListAsync(ct);
        if (held.Count == 0)
        {
            throw new LeaseLostException(operation);
        }
    }
}
