using ControlPlane.Catalog;
using Provisioner.Moves;

namespace ControlPlane.Tenants.Moving;

/// <summary>A tenant's latest move, as single reads show it.</summary>
/// <param name="Mode">While it works, or while it rests.</param>
/// <param name="From">Name of the server that it left, or is about to leave.</param>
/// <param name="BlockedMilliseconds">How long nobody could write; null before the cut.</param>
/// <param name="VerifiedRows">How many rows were compared in both places; null before that.</param>
/// <param name="Difference">What differed; null where nothing did.</param>
/// <param name="SoakUntil">Until when it can go back without a copy; after a dump only until when the old place is kept.</param>
public sealed record MoveView(
    Guid Id,
    MoveState State,
    MoveMode Mode,
    string From,
    string To,
    DateTimeOffset? FlippedAt,
    double? BlockedMilliseconds,
    long? VerifiedRows,
    string? Difference,
    DateTimeOffset? SoakUntil)
{
    internal static IQueryable<MoveView> Of(CatalogDb db, IQueryable<Move> moves) =>
        from move in moves
        join source in db.Databases on move.SourceId equals source.Id
        join target in db.Databases on move.Id equals target.Id
        join left in db.Servers on source.ServerId equals left.Id
        join taken in db.Servers on target.ServerId equals taken.Id
        select new MoveView(
            move.Id, move.State, move.Mode, left.Name, taken.Name, move.FlippedAt, move.BlockedMilliseconds, move.VerifiedRows, move.Difference, move.SoakUntil);
}
