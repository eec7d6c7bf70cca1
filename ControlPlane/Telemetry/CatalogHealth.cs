using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace ControlPlane.Telemetry;

/// <summary>Whether the catalog's database answers.</summary>
internal sealed class CatalogHealth(NpgsqlDataSource catalog) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var select = catalog.CreateCommand("select 1");
            await select.ExecuteScalarAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (NpgsqlException error)
        {
            return HealthCheckResult.Unhealthy("The catalog's database does not answer.", error);
        }
    }
}
