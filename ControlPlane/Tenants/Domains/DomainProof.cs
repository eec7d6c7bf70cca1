using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers.Machines;

namespace ControlPlane.Tenants.Domains;

/// <summary>Where a domain is proven: authorities look for the file where the name leads, and after a move that may still be the old machine.</summary>
public sealed class DomainProof(DomainTargets targets, IMachineProvider provider)
{
    /// <summary>Of the machines that show the domain the one that it leads to, else the one where its tenant lives; null where TLS ends elsewhere.</summary>
    public async Task<Machine?> FindMachineAsync(StepContext step, Domain domain, CancellationToken ct)
    {
        var edges = await step.ReadAsync(db => DomainEdges.ReadAsync(db, domain.TenantId, provider, ct), ct);
        if (edges.Others.Count == 0 || (edges.Current is { } current && await targets.LeadsToAsync(domain.Name, current, ct)))
        {
            return edges.Current;
        }

        foreach (var left in edges.Others)
        {
            if (await targets.LeadsToAsync(domain.Name, left, ct))
            {
                return left;
            }
        }

        return edges.Current;
    }
}
