using System.Collections.Concurrent;
using ControlPlane.Access.Secrets;
using ControlPlane.Catalog;
using ControlPlane.Problems;
using ControlPlane.Start;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Provisioner.Postgres;

namespace ControlPlane.Servers;

/// <summary>
/// Opens the PostgreSQL of servers in the catalog, as the control plane's own role. One <see cref="PostgresServer"/> per
/// server is kept for the life of the process, and replaced when its address or password changes.
/// </summary>
public sealed class ServerConnections(
    IDbContextFactory<CatalogDb> catalogs, SecretBox secrets, Installation installation, ControlPlaneSettings settings) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Guid, (Login Login, PostgresServer Server)> open = new();
    private readonly SemaphoreSlim opening = new(1);

    public async Task<PostgresServer> GetAsync(Guid server, CancellationToken ct)
    {
        var login = await ReadAsync(server, ct);
        if (open.TryGetValue(server, out var kept) && kept.Login == login)
        {
            return kept.Server;
        }

        await opening.WaitAsync(ct);
        try
        {
            if (open.TryGetValue(server, out kept) && kept.Login == login)
            {
                return kept.Server;
            }

            var opened = Open(Reveal(server, login));
            open[server] = (login, opened);
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
    public async Task<string> ReadAdminConnectionAsync(Guid server, CancellationToken ct) => Reveal(server, await ReadAsync(server, ct));

    /// <summary>A secret: the same connection string, which also says where the server's certificate is.</summary>
    /// <param name="certificate">PEM by which the server is known; null where there is none.</param>
    public string WithCertificate(Guid server, string connection, string? certificate) =>
        certificate is null ? connection : new NpgsqlConnectionStringBuilder(connection) { RootCertificate = KeepCertificate(server, certificate) }.ConnectionString;

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

    private async Task<Login> ReadAsync(Guid server, CancellationToken ct)
    {
        await using var db = await catalogs.CreateDbContextAsync(ct);
        return await db.Servers.Where(s => s.Id == server).Select(s => new Login(s.AdminSecret, s.Certificate)).SingleOrDefaultAsync(ct)
            ?? throw Problem.NotFound("server", server.ToString());
    }

    private string Reveal(Guid server, Login login) =>
        WithCertificate(server, secrets.Unprotect(login.Secret, SecretPlaces.ServerAdmin(server)), login.Certificate);

    /// <summary>As a file: the programs that dump and restore know no other way.</summary>
    private string KeepCertificate(Guid server, string certificate)
    {
        var path = Path.Combine(settings.CertificatesFolder, $"{server}.pem");
        if (!File.Exists(path) || File.ReadAllText(path) != certificate)
        {
            Directory.CreateDirectory(settings.CertificatesFolder);
            var draft = $"{path}.{Guid.CreateVersion7():N}";
            File.WriteAllText(draft, certificate);
            File.Move(draft, path, overwrite: true);
        }

        return path;
    }

    private sealed record Login(string Secret, string? Certificate);
}
