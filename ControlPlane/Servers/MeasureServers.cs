using ControlPlane.Catalog;
using ControlPlane.Operations;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ControlPlane.Servers;

/// <summary>Notes how much data each server and each database holds: for placement, and for who goes first over the fleet.</summary>
public sealed class MeasureServers(
    IDbContextFactory<CatalogDb> catalogs, ServerConnections servers, ILogger<MeasureServers> log) : Chore
{
    private const long BytesPerMegabyte = 1_000_000;

    public override string Cron => "0 0/10 * * * ?";

    public override async Task RunAsync(CancellationToken ct)
    {
        await using var db = await catalogs.CreateDbContextAsync(ct);
        foreach (var server in await db.Servers.AsNoTracking().Where(s => s.State != ServerState.Removed).Select(s => new { s.Id, s.Name }).ToListAsync(ct))
        {
            try
            {
                await NoteAsync(db, server.Id, await (await servers.GetAsync(server.Id, ct)).MeasureAsync(ct), ct);
            }
            catch (NpgsqlException error)
            {
                // The reconciler reports a server that cannot be reached.
                log.LogInformation("{Server} was not measured: {Reason}", server.Name, error.Message);
            }
        }
    }

    private static Task<int> NoteAsync(CatalogDb db, Guid server, IReadOnlyDictionary<string, long> sizes, CancellationToken ct)
    {
        var (names, bytes) = (sizes.Keys.ToArray(), sizes.Values.ToArray());
        return db.Database.ExecuteSqlAsync($"""
            with measured as (select * from unnest({names}, {bytes}) as m (name, bytes)),
            noted as (
              update tenant_databases d set bytes = m.bytes from measured m
              where d.server_id = {server} and d.name = m.name and d.bytes is distinct from m.bytes)
            update servers set data_megabytes = (select sum(bytes) / {BytesPerMegabyte} from measured) where id = {server}
            """, ct);
    }
}
