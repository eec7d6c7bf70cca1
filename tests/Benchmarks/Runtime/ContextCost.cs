using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TenantRuntime;
using TenantRuntime.Routes;
using TenantRuntime.Tenancy;
using TenantRuntime.Testing;

namespace Benchmarks.Runtime;

/// <summary>What it costs to get an EF Core context that works on the tenant's database, and to give it back.</summary>
public sealed class ContextCost : IBenchmark
{
    public string Name => "ef-context";

    public async Task<IReadOnlyList<BenchmarkLine>> RunAsync(CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddTenantRuntime();
        builder.Services.UseTestTenants();
        builder.Services.AddTenantDbContext<RowsDb>();
        await using var app = builder.Build();
        var route = new Route(
            Guid.CreateVersion7(), "acme", [], RouteState.Active, "Bench", new TenantLimits(null, null, null, 10), Guid.CreateVersion7(), "127.0.0.1", 1, "t_acme", "secret", 1);
        var tenant = new ServedTenant(route, TimeProvider.System);
        var scopes = app.Services.GetRequiredService<IServiceScopeFactory>();

        var with = await Repeated.MeasureAsync(_ => Use(scopes, tenant, context: true), ct);
        var without = await Repeated.MeasureAsync(_ => Use(scopes, tenant, context: false), ct);
        return
        [
            BenchmarkLine.AtMost(Name, (with.Nanoseconds - without.Nanoseconds) / 1000, 2, "us"),
            BenchmarkLine.AtMost($"{Name}-allocated", with.Bytes - without.Bytes, 200, "B"),
        ];
    }

    /// <summary>The scope is the request's and is there anyway.</summary>
    private static void Use(IServiceScopeFactory scopes, ServedTenant tenant, bool context)
    {
        using var scope = scopes.CreateScope();
        scope.ServiceProvider.GetRequiredService<TenantScope>().Enter(tenant);
        if (context)
        {
            _ = scope.ServiceProvider.GetRequiredService<RowsDb>();
        }
    }

    private sealed class RowsDb(DbContextOptions<RowsDb> options) : DbContext(options)
    {
        public DbSet<Row> Rows => Set<Row>();
    }

    private sealed class Row
    {
        public long Id { get; init; }
    }
}
