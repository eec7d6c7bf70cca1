using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Problems;
using ControlPlane.Servers;
using Microsoft.EntityFrameworkCore;
using Migrator.Fleet;
using Migrator.Sources;

namespace ControlPlane.Fleet;

/// <summary>Checks what is asked of a run, and names all that is wrong with it together.</summary>
public sealed class FleetFaults(CatalogDb db, ApplicationSchema schema)
{
    private const int MostAtOnce = 256;
    private const int LongestLock = 60_000;

    /// <exception cref="ProblemException">400 with every fault.</exception>
    public async Task RequireNoneAsync(FleetRequest request, CancellationToken ct)
    {
        var faults = new List<Fault>();
        if (request.Tenants is { } tenants)
        {
            var known = await db.Tenants.Where(t => tenants.Contains(t.Slug) && t.State != TenantState.Purged).Select(t => t.Slug).ToListAsync(ct);
            faults.AddRange(tenants.Except(known, StringComparer.Ordinal).Select(t => new Fault("tenants", $"names '{t}', which does not exist")));
        }

        await CheckServerAsync(faults, request.Server, ct);
        if (request.Rings is { } rings)
        {
            var known = await db.Tenants.Where(t => rings.Contains(t.Ring) && t.State != TenantState.Purged).Select(t => t.Ring).Distinct().ToListAsync(ct);
            faults.AddRange(rings.Except(known).Select(r => new Fault("rings", $"names ring {r}, in which no tenant is")));
        }

        CheckVersion(faults, "to", request.To);

        if (request.Parallel is < 1 or > MostAtOnce)
        {
            faults.Add(new("parallel", $"must be from 1 to {MostAtOnce}"));
        }

        if (request.PerServer is < 1 or > MostAtOnce)
        {
            faults.Add(new("perServer", $"must be from 1 to {MostAtOnce}"));
        }

        if (request.MaxFailures is { } most && FailureLimit.Parse(most) is null)
        {
            faults.Add(new("maxFailures", "must be a number such as 5, or a share of the fleet such as 2%"));
        }

        if (request.LockTimeout is < 1 or > LongestLock)
        {
            faults.Add(new("lockTimeout", $"must be from 1 to {LongestLock} milliseconds"));
        }

        ThrowIfAny(faults);
    }

    /// <exception cref="ProblemException">400 with every fault.</exception>
    public async Task RequireNoneAsync(MigrationRehearsal.Request request, CancellationToken ct)
    {
        var faults = new List<Fault>();
        await CheckServerAsync(faults, request.Server, ct);
        CheckVersion(faults, "from", request.From);
        if (request is { Tenant: not null, Server: not null })
        {
            faults.Add(new("server", "is the tenant's own when a tenant is named; leave it out"));
        }

        if (request.Tenant is { } slug && !await db.Tenants.AnyAsync(t => t.Slug == slug && t.DatabaseId != null && t.ActivatedAt != null, ct))
        {
            faults.Add(new("copyOf", $"names '{slug}', which has no database"));
        }

        ThrowIfAny(faults);
    }

    private async Task CheckServerAsync(List<Fault> faults, string? server, CancellationToken ct)
    {
        if (server is not null && !await db.Servers.AnyAsync(s => s.Name == server && s.State != ServerState.Removed, ct))
        {
            faults.Add(new("server", $"names '{server}', which does not exist"));
        }
    }

    private void CheckVersion(List<Fault> faults, string member, string? version)
    {
        if (version is not null && !schema.Migrations.Any(m => m.Kind != MigrationKind.Repeatable && string.Equals(m.Version, version, StringComparison.Ordinal)))
        {
            faults.Add(new(member, $"must be the version of a migration, such as {schema.Head}"));
        }
    }

    private static void ThrowIfAny(List<Fault> faults)
    {
        if (faults.Count > 0)
        {
            throw InvalidRequest.Of([.. faults]);
        }
    }
}
