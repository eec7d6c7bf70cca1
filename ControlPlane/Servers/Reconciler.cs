using ControlPlane.Catalog;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Provisioner.Postgres;

namespace ControlPlane.Servers;

/// <summary>
/// Compares a server's databases, roles and routes with the catalog. What is surely ours and safe is healed, everything else
/// becomes a finding; nothing that is not ours is ever dropped.
/// </summary>
public sealed class Reconciler(IDbContextFactory<CatalogDb> catalogs, ServerConnections servers, Findings findings, Installation installation)
{
    /// <summary>All kinds that a comparison may report; those not seen any more are closed.</summary>
    private static readonly string[] Kinds =
    [
        "leftover", "database_missing", "role_missing", "role_privileged", "unbound", "wrong_tenant", "login_differs", "route_differs",
        "foreign_database", "unknown_database", "unknown_role", "template_missing", "template_differs",
    ];

    /// <param name="say">Hears each thing that was healed or found.</param>
    public async Task ReconcileAsync(Guid server, Action<string> say, CancellationToken ct)
    {
        var name = await NameAsync(server, ct);
        try
        {
            var postgres = await servers.GetAsync(server, ct);
            await NoteAsync(server, await postgres.InspectAsync(ct), ct);
            var differences = await CompareTwiceAsync(server, postgres, ct);
            await findings.ResolveOthersAsync("server_unreachable", [], ct, server);
            await SettleAsync(server, differences, say, ct);
        }
        catch (NpgsqlException error) when (error is not PostgresException)
        {
            say($"{name} cannot be reached: {error.Message}");
            await findings.ReportAsync("server_unreachable", name, $"{name} cannot be reached: {error.Message}", "Start it, or correct its address.", ct, server);
        }
    }

    /// <summary>
    /// A difference counts when two looks saw it: one may be the trace of work that went on between reading the server and
    /// reading the catalog.
    /// </summary>
    private async Task<IReadOnlyList<Difference>> CompareTwiceAsync(Guid server, PostgresServer postgres, CancellationToken ct)
    {
        var first = await CompareAsync(server, postgres, ct);
        if (first.Count == 0)
        {
            return first;
        }

        var seen = first.Select(d => d.Key).ToHashSet();
        return [.. (await CompareAsync(server, postgres, ct)).Where(d => seen.Contains(d.Key))];
    }

    private async Task<IReadOnlyList<Difference>> CompareAsync(Guid server, PostgresServer postgres, CancellationToken ct)
    {
        await using var db = await catalogs.CreateDbContextAsync(ct);

        // The server first: what is on it was in the catalog before.
        var contents = await postgres.ListAsync(ct);
        var catalog = await CatalogSide.ReadAsync(db, server, ct);
        return [.. new Comparison(server, contents, catalog, new Healing(catalogs, postgres), installation).Find().DistinctBy(d => d.Key)];
    }

    private async Task SettleAsync(Guid server, IReadOnlyList<Difference> differences, Action<string> say, CancellationToken ct)
    {
        foreach (var difference in differences)
        {
            if (difference.Heal is { } heal)
            {
                await heal(ct);
                say($"Healed {difference.Kind}: {difference.Detail}");
            }
            else
            {
                await findings.ReportAsync(difference.Kind, difference.Subject, difference.Detail, difference.Advice, ct, server);
                say($"Found {difference.Kind}: {difference.Detail} {difference.Advice}");
            }
        }

        foreach (var kind in Kinds)
        {
            await findings.ResolveOthersAsync(kind, [.. differences.Where(d => d.Heal is null && d.Kind == kind).Select(d => d.Subject)], ct, server);
        }

        say(differences.Count == 0 ? "Nothing differs." : $"{differences.Count} differences.");
    }

    private async Task NoteAsync(Guid server, Provisioner.Postgres.ServerState state, CancellationToken ct)
    {
        await using var db = await catalogs.CreateDbContextAsync(ct);
        await db.Database.ExecuteSqlAsync(
            $"update servers set used_connections = {state.UsedConnections}, seen_at = now() where id = {server}", ct);
    }

    private async Task<string> NameAsync(Guid server, CancellationToken ct)
    {
        await using var db = await catalogs.CreateDbContextAsync(ct);
        return await db.Servers.Where(s => s.Id == server).Select(s => s.Name).SingleAsync(ct);
    }
}
