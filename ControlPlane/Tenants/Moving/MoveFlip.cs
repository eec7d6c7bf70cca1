using ControlPlane.Catalog;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Moving;

/// <summary>Says in the catalog that a tenant lives in the new place, in few round trips: nobody can write meanwhile.</summary>
internal static class MoveFlip
{
    /// <param name="soak">How long the old place is kept.</param>
    public static Task ToTargetAsync(CatalogDb db, MovePair pair, TimeSpan soak, CutTimes times, CancellationToken ct) =>
        db.Database.ExecuteSqlAsync(
            $"""
            update tenant_databases set state = 'retained' where id = {pair.Source.Id} and state = 'assigned';
            update tenant_databases set state = 'assigned', schema_version = {pair.Source.SchemaVersion}, bytes = {pair.Source.Bytes} where id = {pair.Target.Id} and state = 'creating';
            update tenants set database_id = {pair.Target.Id}, tier = (select s.tier from servers s where s.id = {pair.Target.ServerId}) where id = {pair.Move.TenantId};
            update moves set state = 'soaking', flipped_at = now(), soak_until = now() + {soak}, way_back_from = {times.WayBack},
              blocked_milliseconds = {times.Blocked.TotalMilliseconds}, held_milliseconds = {times.Held.TotalMilliseconds} where id = {pair.Move.Id} and state = 'preparing'
            """,
            ct);
}
