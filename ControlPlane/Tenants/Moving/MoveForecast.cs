using ControlPlane.Catalog;
using Provisioner.Moves;

namespace ControlPlane.Tenants.Moving;

/// <summary>What a move would take.</summary>
/// <param name="To">Name of the server, or what would be made.</param>
/// <param name="MakesMachine">A machine is made first; what it will be like was not looked at.</param>
/// <param name="Mode">By replication while it works, or by a dump while it rests.</param>
/// <param name="IsRefused">Something must be changed first; <paramref name="Findings"/> say what.</param>
/// <param name="PreparationSeconds">Until the cut; the tenant works as always.</param>
/// <param name="HoldMilliseconds">The cut; requests wait. By a dump: all of it; they are answered with a page that says so.</param>
/// <param name="SoakHours">How long it can go back without a copy. After a dump: how long the old place is kept.</param>
/// <param name="PriceNow">Of the machine that is the tenant's own now, without VAT; null where it has none, or nothing is paid.</param>
/// <param name="PriceAfter">The same, afterwards. Until the way back is closed both are paid.</param>
/// <param name="Backups">What becomes of them, in sentences.</param>
public sealed record MoveForecast(
    string From,
    string To,
    bool MakesMachine,
    MoveMode Mode,
    bool IsRefused,
    long Bytes,
    double PreparationSeconds,
    double HoldMilliseconds,
    double SoakHours,
    MachinePrice? PriceNow,
    MachinePrice? PriceAfter,
    IReadOnlyList<string> Backups,
    IReadOnlyList<MoveFinding> Findings);
