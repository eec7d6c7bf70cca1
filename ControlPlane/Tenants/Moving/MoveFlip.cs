using ControlPlane.Catalog;
using Microsoft.EntityFrameworkCore;
using NpgsqlTypes;

namespace ControlPlane.Tenants.Moving;

/// <summary>Says in the catalog that a tenant lives in the new place, in few round trips: nobody can write meanwhile.</summary>
internal static class MoveFlip
{
    /// <param name="soak">How long the old place is kept.</param>
    public static Task ToTargetAsync(CatalogDb db, MovePair pair, TimeSpan soak, CancellationToken ct) =>
        db.Database.ExecuteSqlAsync(
            $"""
            update tenant_databases set state = 'retained' where id = {pair.Source.Id} and state = 'assigned';
            update tenant_databases set state = 'assigned', schema_version = {pair.Source.SchemaVersion}, bytes = {pair.Source.Bytes} where id = {pair.Target.Id} and state = 'creating';
            update tenants set database_id = {pair.Target.Id}, tier = (select s.tier from servers s where s.id = {pair.Target.ServerId}) where id = {pair.Move.TenantId};
            update moves set state = 'soaking', flipped_at = now(), soak_until = now() + {soak} where id = {pair.Move.Id} and state = 'preparing'
            """,
            ct);

    /// <param name="position">In the new place's log: what was written before came from the old one.</param>
    public static Task BeginWayBackAsync(CatalogDb db, Guid move, NpgsqlLogSequenceNumber position, CancellationToken ct) =>
        db.Database.ExecuteSqlAsync($"update moves set way_back_from = {position} where id = {move}", ct);

    /// <summary>When it is over: the commit is a part of it.</summary>
    /// <param name="blocked">How long nobody could write.</param>
    /// <param name="held">How long requests waited.</param>
    public static Task RecordAsync(CatalogDb db, Guid move, TimeSpan blocked, TimeSpan held, CancellationToken ct) => db.Moves.Where(m => m.Id == move).ExecuteUpdateAsync(
        m => m.SetProperty(p => p.BlockedMilliseconds, blocked.TotalMilliseconds).SetProperty(p => p.HeldMilliseconds, held.TotalMilliseconds), ct);
}
