using System.Net;
using System.Net.Sockets;
using ControlPlane.Catalog;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Servers.Machines;

/// <summary>
/// Servers whose databases have to reach each other: both ends of a move, until its way back is closed. By address, as firewalls know
/// them; servers on this machine have none that others could reach.
/// </summary>
public static class DatabasePeers
{
    /// <summary>Of one machine.</summary>
    public static Task<IReadOnlyList<string>> OfAsync(CatalogDb db, Machine machine, CancellationToken ct)
    {
        var ends = Ends(db).Where(e => e.Source == machine.Id || e.Target == machine.Id).Select(e => e.Source == machine.Id ? e.Target : e.Source);
        return AddressesAsync(db.Servers.Where(s => ends.Contains(s.Id)), ct);
    }

    /// <summary>Of all moves.</summary>
    public static Task<IReadOnlyList<string>> AllAsync(CatalogDb db, CancellationToken ct)
    {
        var ends = Ends(db);
        return AddressesAsync(db.Servers.Where(s => ends.Any(e => e.Source == s.Id || e.Target == s.Id)), ct);
    }

    private static IQueryable<MoveEnds> Ends(CatalogDb db) =>
        from move in db.Moves
        join source in db.Databases on move.SourceId equals source.Id
        join target in db.Databases on move.Id equals target.Id
        where move.State == MoveState.Preparing || move.State == MoveState.Soaking || (move.State == MoveState.Returned && target.State != TenantDatabaseState.Dropped)
        select new MoveEnds { Source = source.ServerId, Target = target.ServerId };

    private static async Task<IReadOnlyList<string>> AddressesAsync(IQueryable<Server> servers, CancellationToken ct)
    {
        var hosts = await servers.Select(s => s.Host).Distinct().ToListAsync(ct);
        var found = await Task.WhenAll(hosts.Select(h => FindAsync(h, ct)));
        return [.. found.SelectMany(a => a).Where(a => !IPAddress.IsLoopback(a)).Select(a => $"{a}").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>A name that leads nowhere is reported by whoever connects to it.</summary>
    private static async Task<IPAddress[]> FindAsync(string host, CancellationToken ct)
    {
        try
        {
            return await Dns.GetHostAddressesAsync(host, AddressFamily.InterNetwork, ct);
        }
        catch (SocketException)
        {
            return [];
        }
    }

    private sealed record MoveEnds
    {
        public required Guid Source { get; init; }

        public required Guid Target { get; init; }
    }
}
