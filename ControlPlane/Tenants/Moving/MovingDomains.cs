using System.Text.Json.Nodes;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Moving;

/// <summary>The domains of a tenant that moves, and which certificate of each the new machine shows.</summary>
internal static class MovingDomains
{
    private const string Shown = "domains";

    /// <summary>Those that are served; the others look themselves where they belong.</summary>
    public static Task<List<Domain>> ReadAsync(StepContext step, CancellationToken ct) =>
        step.ReadAsync(db => db.Domains.Where(d => d.TenantId == step.SubjectId && d.State == DomainState.Served).OrderBy(d => d.Name).ToListAsync(ct), ct);

    public static void Remember(StepContext step, Domain domain, int revision)
    {
        var shown = step.Memory[Shown] as JsonObject ?? [];
        shown[domain.Name] = revision;
        step.Memory[Shown] = shown.DeepClone();
    }

    /// <summary>Null when it shows none.</summary>
    public static int? Remembered(StepContext step, Domain domain) => (int?)step.Memory[Shown]?[domain.Name];
}
