using ControlPlane.Access.Secrets;
using ControlPlane.Catalog;
using ControlPlane.Runtimes;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ControlPlane.Start;

/// <summary>
/// Puts the embedded tenants' cluster into the catalog, or corrects its address there: a port may have been taken meanwhile.
/// </summary>
public sealed class RegisterEmbeddedServer(
    IDbContextFactory<CatalogDb> catalogs, SecretBox secrets, EmbeddedClusters clusters, ControlPlaneSettings settings) : IHostedService
{
    /// <summary>The region of everything that runs on this machine.</summary>
    public const string Region = "local";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var address = new NpgsqlConnectionStringBuilder(clusters.Shared.ConnectionString);
        await using var db = await catalogs.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);

        // Two control planes on one machine start the same cluster.
        await db.Database.ExecuteSqlAsync($"lock table servers in share row exclusive mode", cancellationToken);
        var server = await db.Servers.SingleOrDefaultAsync(s => s.Name == clusters.Shared.Name, cancellationToken);
        if (server is null)
        {
            var id = Guid.CreateVersion7();
            db.Servers.Add(new Server
            {
                Id = id,
                Name = clusters.Shared.Name,
                Region = Region,
                Tier = Tier.Shared,
                Host = address.Host!,
                Port = address.Port,
                AdminSecret = secrets.Protect(address.ConnectionString, SecretPlaces.ServerAdmin(id)),
                MaxDatabases = settings.EmbeddedCapacity,
                MaxConnections = 480,
                WarmTarget = settings.EmbeddedWarm,
            });
        }
        else if (secrets.Unprotect(server.AdminSecret, SecretPlaces.ServerAdmin(server.Id)) != address.ConnectionString)
        {
            (server.Host, server.Port) = (address.Host!, address.Port);
            server.AdminSecret = secrets.Protect(address.ConnectionString, SecretPlaces.ServerAdmin(server.Id));
            await RoutePublisher.RefreshAsync(db, plan: null, server.Id, cancellationToken);
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Whoever wants the clusters stopped wants it even where other parts have used up the time for a stop in good order.</summary>
    public Task StopAsync(CancellationToken cancellationToken) =>
        settings.EmbeddedStopsToo ? clusters.StopAsync(CancellationToken.None) : Task.CompletedTask;
}
