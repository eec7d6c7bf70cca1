using System.Collections.Concurrent;
using ControlPlane.Access.Secrets;
using ControlPlane.Catalog;
using ControlPlane.Problems;
using Microsoft.EntityFrameworkCore;
using Provisioner.Postgres;

namespace ControlPlane.Servers;

/// <summary>
/// Opens the PostgreSQL of servers in the catalog, as the control plane's own role. One <see cref="PostgresServer"/> per
/// server is kept for the life of the process, and replaced when its address or password changes.
/// </summary>
public sealed class ServerConnections(
    IDbContextFactory<CatalogDb> catalogs, SecretBox secrets, Installation installation) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Guid, (string Secret, PostgresServer Server)> open = new();
    private readonly SemaphoreSlim opening = new(1);

    public async Task<PostgresServer> GetAsync(Guid server, CancellationToken ct)
    {
        await using var db = await catalogs.CreateDbContextAsync(ct);
        var secret = await db.Servers.Where(s => s.Id == server).Select(s => s.AdminSecret).SingleOrDefaultAsync(ct)
            ?? throw Problem.NotFound("server", server.ToString());
        if (open.TryGetValue(server, out var kept) && kept.Secret == secret)
        {
            return kept.Server;
        }

        await opening.WaitAsync(ct);
        try
        {
            if (open.TryGetValue(server, out kept) && kept.Secret == secret)
            {
                return kept.Server;
            }

            var opened = Open(secrets.Unprotect(secret, SecretPlaces.ServerAdmin(server)));
            open[server] = (secret, opened);
            if (kept.Server is { } old)
            {
                await old.DisposeAsync();
            }

            return opened;
        }
        finally
        {
            opening.Release();
        }
    }

    /// <summary>A secret: the connection string of the control plane's own role, for those who open connections themselves.</summary>
    public async Task<string> ReadAdminConnectionAsync(Guid server, CancellationToken ct)
    {
        await using var db = await catalogs.CreateDbContextAsync(ct);
        var secret = await db.Servers.Where(s => s.Id == server).Select(s => s.AdminSecret).SingleOrDefaultAsync(ct)
            ?? throw Problem.NotFound("server", server.ToString());
        return secrets.Unprotect(secret, SecretPlaces.ServerAdmin(server));
    }

    /// <summary>Opens a server that is not in the catalog yet.</summary>
    public PostgresServer Open(string adminConnection) => new(adminConnection, installation.Id.ToString("N"));

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, server) in open.Values)
        {
            await server.DisposeAsync();
        }

        opening.Dispose();
    }
}
