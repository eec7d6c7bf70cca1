using ControlPlane.Catalog;
using ControlPlane.Problems;
using Microsoft.EntityFrameworkCore;
using Provisioner.Moves;

namespace ControlPlane.Tenants.Moving;

/// <summary>What must be so before a tenant can move.</summary>
internal static class Movable
{
    /// <summary>The tenant, for somebody who changes nothing.</summary>
    public static async Task<Tenant> ToLookAtAsync(this CatalogDb db, string slug, CancellationToken ct) =>
        await db.Tenants.AsNoTracking().SingleOrDefaultAsync(t => t.Slug == slug && t.State != TenantState.Purged, ct) ?? throw Problem.NotFound("tenant", slug);

    /// <summary>The server that the tenant wants to go to.</summary>
    /// <exception cref="ProblemException">It cannot go there, or not now; says what to do.</exception>
    public static async Task<Server> MovableToAsync(this CatalogDb db, Tenant tenant, string name, CancellationToken ct)
    {
        await db.RequireMovableAsync(tenant, ct);
        var server = await db.Servers.SingleOrDefaultAsync(s => s.Name == name && s.State != ServerState.Removed, ct) ?? throw Problem.NotFound("server", name);
        if (server.State != ServerState.Active)
        {
            throw new ProblemException(409, "server_cordoned", $"Server '{name}' takes no new tenants.", $"Choose another one, or: ctl servers uncordon {name}");
        }

        if (await db.Databases.AnyAsync(d => d.Id == tenant.DatabaseId && d.ServerId == server.Id, ct))
        {
            throw new ProblemException(409, "already_there", $"'{tenant.Slug}' lives on '{name}'.", "Choose another server: ctl servers list");
        }

        if (await db.Machines.AnyAsync(m => m.Id == server.Id && m.TenantId != null && m.TenantId != tenant.Id, ct))
        {
            throw new ProblemException(409, "server_of_another", $"Server '{name}' is another customer's own.", "Choose another server: ctl servers list");
        }

        return server;
    }

    /// <exception cref="ProblemException">It cannot be moved now; says what to do.</exception>
    public static async Task RequireMovableAsync(this CatalogDb db, Tenant tenant, CancellationToken ct)
    {
        if (tenant.State is not (TenantState.Active or TenantState.Suspended))
        {
            throw Problem.InvalidState($"Tenant '{tenant.Slug}'", tenant.State.ToString(), "moved");
        }

        if (await db.FindSoakingAsync(tenant, ct) is { } soaking)
        {
            throw soaking.Mode == MoveMode.Dump
                ? new ProblemException(
                    409, "still_soaking", $"The place that '{tenant.Slug}' left last is kept until {soaking.SoakUntil:yyyy-MM-dd HH:mm} UTC.", $"Give it up with: ctl tenants move-end {tenant.Slug}")
                : new ProblemException(
                    409, "still_soaking", $"The last move of '{tenant.Slug}' keeps its way back until {soaking.SoakUntil:yyyy-MM-dd HH:mm} UTC.",
                    $"Go back with: ctl tenants move-back {tenant.Slug}, or give the way back up with: ctl tenants move-end {tenant.Slug}");
        }
    }

    /// <summary>The move whose way back is still open.</summary>
    public static Task<Move?> FindSoakingAsync(this CatalogDb db, Tenant tenant, CancellationToken ct) =>
        db.Moves.SingleOrDefaultAsync(m => m.TenantId == tenant.Id && m.State == MoveState.Soaking, ct);

    /// <inheritdoc cref="FindSoakingAsync"/>
    /// <exception cref="ProblemException"><c>no_way_back</c></exception>
    public static async Task<Move> SoakingAsync(this CatalogDb db, Tenant tenant, CancellationToken ct) =>
        await db.FindSoakingAsync(tenant, ct)
        ?? throw new ProblemException(409, "no_way_back", $"'{tenant.Slug}' has no move whose way back is open.", $"Move it with: ctl tenants move {tenant.Slug} --to SERVER");
}
