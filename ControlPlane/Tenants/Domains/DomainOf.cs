using System.Text.Json.Nodes;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using ControlPlane.Servers.Machines;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Domains;

/// <summary>The domain that an operation is about, its tenant, and the machines whose web servers show it.</summary>
internal static class DomainOf
{
    private const string Edges = "edges";

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

    /// <summary>From now on this machine may show the domain; taking it back includes it, whatever becomes of the tenant.</summary>
    public static void Remember(StepContext step, Machine edge)
    {
        if (!Remembered(step).Contains(edge.Id))
        {
            step.Memory[Edges] = new JsonArray([.. Remembered(step).Append(edge.Id).Select(id => (JsonNode)id.ToString())]);
        }
    }

    /// <summary>Whether <see cref="Remember"/> was told of it, or there is none.</summary>
    public static bool Remembers(StepContext step, Machine? edge) => edge is null || Remembered(step).Contains(edge.Id);

    /// <summary>Machines that may show the domain: those remembered, and those where its tenant lives, lived or goes.</summary>
    public static async Task<IReadOnlyList<Machine>> ShownByAsync(StepContext step, IMachineProvider provider, CancellationToken ct)
    {
        var known = Remembered(step);
        var machines = await step.ReadAsync(db => db.Machines.Where(m => known.Contains(m.Id) && m.State == MachineState.Ready).ToListAsync(ct), ct);
        return await FindAsync(step, ct) is { } domain
            ? [.. machines.Concat((await step.ReadAsync(db => DomainEdges.ReadAllAsync(db, domain.TenantId, provider, ct), ct)).All).DistinctBy(m => m.Id)]
            : machines;
    }

    /// <summary>The machine that serves the domain's tenant; null where TLS ends elsewhere, or when the domain is gone.</summary>
    public static async Task<Machine?> EdgeAsync(StepContext step, IMachineProvider provider, CancellationToken ct) =>
        await FindAsync(step, ct) is { } domain ? await step.ReadAsync(db => EdgeAsync(db, domain.TenantId, provider, ct), ct) : null;

    /// <summary>The machine that serves a tenant, if it has a web server of ours.</summary>
    public static async Task<Machine?> EdgeAsync(CatalogDb db, Guid tenant, IMachineProvider provider, CancellationToken ct) =>
        (await DomainEdges.ReadAsync(db, tenant, provider, ct)).Current;

    private static IReadOnlyList<Guid> Remembered(StepContext step) => step.Memory[Edges] is JsonArray ids ? [.. ids.Select(id => Guid.Parse((string)id!))] : [];
}
