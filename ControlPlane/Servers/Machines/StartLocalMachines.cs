using ControlPlane.Access.Secrets;
using ControlPlane.Catalog;
using ControlPlane.Runtimes;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ControlPlane.Servers.Machines;

/// <summary>Starts the clusters of local machines again, and corrects their addresses: a port may have been taken meanwhile.</summary>
public sealed class StartLocalMachines(IDbContextFactory<CatalogDb> catalogs, LocalMachines machines, SecretBox secrets) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var db = await catalogs.CreateDbContextAsync(cancellationToken);
        foreach (var machine in await db.Machines.Where(m => m.State == MachineState.Ready && m.CloudId == null).ToListAsync(cancellationToken))
        {
            var connection = (await machines.StartAsync(machine, cancellationToken)).ConnectionString;
            var server = await db.Servers.SingleAsync(s => s.Id == machine.Id, cancellationToken);
            if (secrets.Unprotect(server.AdminSecret, SecretPlaces.ServerAdmin(server.Id)) == connection)
            {
                continue;
            }

            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            server.Port = new NpgsqlConnectionStringBuilder(connection).Port;
            server.AdminSecret = secrets.Protect(connection, SecretPlaces.ServerAdmin(server.Id));
            await RoutePublisher.RefreshAsync(db, plan: null, server.Id, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
