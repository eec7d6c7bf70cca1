using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using ControlPlane.Servers.Machines;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Domains;

/// <summary>The domain that an operation is about, its tenant, and the machine whose web server shows it.</summary>
internal static class DomainOf
{
    private const string Edge = "edge";

    /// <summary>Null when it was given up meanwhile.</summary>
    public static Task<Domain?> FindAsync(StepContext step, CancellationToken ct) => step.ReadAsync(db => db.Domains.SingleOrDefaultAsync(d => d.Id == step.SubjectId, ct), ct);

    /// <exception cref="ProblemException">The domain or its tenant is gone: nobody needs it any more.</exception>
    public static async Task<(Domain Domain, Tenant Tenant)> LoadAsync(StepContext step, CancellationToken ct)
    {
        var found = await step.ReadAsync(
            db => db.Domains.Where(d => d.Id == step.SubjectId).Join(db.Tenants, d => d.TenantId, t => t.Id, (d, t) => new { Domain = d, Tenant = t }).SingleOrDefaultAsync(ct), ct);
        return found is null
            ? throw new ProblemException(409, "domain_gone", $"'{step.Subject}' was given up.", "Nothing more is done about it.")
            : found.Tenant.State is TenantState.Deleted or TenantState.Purged
                ? throw new ProblemException(409, "tenant_deleted", $"'{found.Tenant.Slug}' was deleted.", "Restore it first, then add the domain again.")
                : (found.Domain, found.Tenant);
    }

    /// <summary>Whether nobody is served under the name, neither this tenant nor one that has got it meanwhile: then what belongs to it may be taken back.</summary>
    public static async Task<bool> IsUnusedAsync(StepContext step, CancellationToken ct) =>
        !await step.ReadAsync(db => db.Domains.AnyAsync(d => d.Name == step.Subject && (d.Id != step.SubjectId || d.State == DomainState.Served), ct), ct);

    /// <summary>Later steps, and undoing, work on this machine whatever becomes of the tenant; null is none of ours.</summary>
    public static void Remember(StepContext step, Machine? edge) => step.Memory[Edge] = edge?.Id.ToString();

    /// <summary>The machine that shows the domain; null where TLS ends elsewhere, or when it is gone.</summary>
    public static async Task<Machine?> EdgeAsync(StepContext step, IMachineProvider provider, CancellationToken ct)
    {
        if (step.Memory.TryGetPropertyValue(Edge, out var known))
        {
            return known is null ? null : await step.ReadAsync(db => db.Machines.SingleOrDefaultAsync(m => m.Id == Guid.Parse((string)known!) && m.State == MachineState.Ready, ct), ct);
        }

        return await FindAsync(step, ct) is { } domain ? await step.ReadAsync(db => EdgeAsync(db, domain.TenantId, provider, ct), ct) : null;
    }

    /// <summary>The machine that serves a tenant, if it has a web server of ours.</summary>
    public static async Task<Machine?> EdgeAsync(CatalogDb db, Guid tenant, IMachineProvider provider, CancellationToken ct)
    {
        var machine = await db.Machines.AsNoTracking().SingleOrDefaultAsync(
            m => m.State == MachineState.Ready && db.Tenants.Any(t => t.Id == tenant && db.Databases.Any(d => d.Id == t.DatabaseId && d.ServerId == m.Id)), ct);
        return machine is not null && provider.ChallengesOn(machine) is not null ? machine : null;
    }
}
