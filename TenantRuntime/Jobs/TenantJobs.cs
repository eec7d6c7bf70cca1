using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TenantRuntime.Routes;
using TenantRuntime.Tenancy;

namespace TenantRuntime;

/// <summary>Work for tenants outside requests. Each run has a scope of its own, in which <see cref="ITenant"/> is the tenant.</summary>
public sealed class TenantJobs
{
    private readonly RouteTable table;
    private readonly IServiceScopeFactory scopes;
    private readonly ILogger<TenantJobs> log;

    internal TenantJobs(RouteTable table, IServiceScopeFactory scopes, ILogger<TenantJobs> log)
    {
        this.table = table;
        this.scopes = scopes;
        this.log = log;
    }

    /// <summary>
    /// Runs the job for every active tenant, so many at once. One tenant's failure does not keep the others from their
    /// turn.
    /// </summary>
    /// <param name="job">Takes its services from the provider, which is the tenant's.</param>
    /// <param name="parallelism">How many tenants at once. Requests share the same connections: keep it small.</param>
    /// <exception cref="AggregateException">For some tenants it failed; each inner exception names its tenant.</exception>
    public async Task RunForEachTenantAsync(Func<ITenant, IServiceProvider, CancellationToken, Task> job, int parallelism, CancellationToken ct)
    {
        var failures = new List<Exception>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = parallelism, CancellationToken = ct };
        await Parallel.ForEachAsync(table.All(), options, async (tenant, token) =>
        {
            try
            {
                if (tenant.Route.State == RouteState.Active)
                {
                    await RunAsync(tenant, job, token);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException || !token.IsCancellationRequested)
            {
                lock (failures)
                {
                    failures.Add(new InvalidOperationException($"The job failed for tenant {tenant.Route.Slug}: {e.Message}", e));
                }
            }
        });

        if (failures.Count > 0)
        {
            throw new AggregateException($"The job failed for {failures.Count} tenants; it ran for the others.", failures);
        }
    }

    /// <summary>Runs the job for one tenant.</summary>
    /// <exception cref="NoTenantException">No such tenant is served here.</exception>
    public Task RunForTenantAsync(Guid tenantId, Func<ITenant, IServiceProvider, CancellationToken, Task> job, CancellationToken ct) =>
        RunAsync(table.Find(tenantId) ?? throw new NoTenantException($"No tenant {tenantId} is served here."), job, ct);

    private async Task RunAsync(ServedTenant tenant, Func<ITenant, IServiceProvider, CancellationToken, Task> job, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var own = scope.ServiceProvider.GetRequiredService<TenantScope>();
        own.Enter(tenant);
        using var logScope = log.BeginScope(tenant.LogScope);
        await job(own, scope.ServiceProvider, ct);
    }
}
