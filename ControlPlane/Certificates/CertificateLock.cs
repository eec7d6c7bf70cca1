using Npgsql;
using Provisioner.Acme;
using Provisioner.Postgres;

namespace ControlPlane.Certificates;

/// <summary>While it is held, no other node obtains a certificate for a name that is proven at the same place.</summary>
internal sealed class CertificateLock : IAsyncDisposable
{
    /// <summary>Longer than any certificate takes; the lock of a process that is frozen ends then.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(10);

    private readonly List<LockedConnection> held = [];

    /// <summary>Waits for whoever is before us. Names are taken in their order, so that two of us never wait for each other.</summary>
    public static async Task<CertificateLock> TakeAsync(NpgsqlDataSource catalog, IEnumerable<string> names, CancellationToken ct)
    {
        var taken = new CertificateLock();
        try
        {
            foreach (var place in names.Select(CertificateNames.BaseOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            {
                taken.held.Add(await WaitAsync(catalog, $"certificate:{place}", ct));
            }

            return taken;
        }
        catch
        {
            await taken.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in held)
        {
            await connection.DisposeAsync();
        }
    }

    private static async Task<LockedConnection> WaitAsync(NpgsqlDataSource catalog, string name, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return await LockedConnection.OpenAsync(catalog, name, Silence, ct);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                // Sessions of the catalog wait for no lock longer than a few seconds; an authority may take longer.
            }
        }
    }
}
