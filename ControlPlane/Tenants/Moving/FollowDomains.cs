using System.Globalization;
using ControlPlane.Catalog;
using ControlPlane.Certificates;
using ControlPlane.Operations;
using ControlPlane.Servers.Machines;
using ControlPlane.Tenants.Domains;
using Microsoft.EntityFrameworkCore;
using Provisioner.Dns.Lookup;

namespace ControlPlane.Tenants.Moving;

/// <summary>
/// Makes sure that the machine where the tenant lives now shows its own domains, those too that came or were renewed meanwhile, and says
/// which DNS records its owner must change.
/// </summary>
public sealed class FollowDomains(DomainDelivery delivery, DomainTargets targets, HostRecords records, CertificateStore certificates, IMachineProvider provider) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromMinutes(5);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var (tenant, edges, change) = await step.ReadAsync(
            async db => (
                await db.Tenants.SingleAsync(t => t.Id == step.SubjectId, ct),
                await DomainEdges.ReadAllAsync(db, step.SubjectId, provider, ct),
                await DomainChange.FindAsync(db, step.SubjectId, provider, ct)),
            ct);
        foreach (var domain in await MovingDomains.ReadAsync(step, ct))
        {
            if (edges.Current is { } current)
            {
                await ShowAsync(step, domain, current, ct);
            }

            if (edges.All.Count > 0 && !(edges.Current is null && targets.IsOnlyHere))
            {
                step.Log(await TellAsync(domain, tenant, edges.Current, change, ct));
            }
        }

        return StepResult.Done;
    }

    private async Task ShowAsync(StepContext step, Domain domain, Machine current, CancellationToken ct)
    {
        var revision = MovingDomains.Remembered(step, domain);
        if (revision is null || revision != (await certificates.FindAsync([domain.Name], ct))?.Revision)
        {
            revision = await delivery.ShowAsync(domain, current, step.Log, ct);
        }

        await step.WriteAsync(db => DomainDelivery.NoteAsync(db, domain.Id, revision, ct), ct);
    }

    /// <summary>What is to be done about its record, if anything.</summary>
    private async Task<string> TellAsync(Domain domain, Tenant tenant, Machine? current, DomainChange? change, CancellationToken ct)
    {
        try
        {
            var (target, found) = (await targets.OfAsync(tenant, current, ct), await targets.LookUpAsync(domain.Name, ct));
            if (found.Aliases.Contains(target.TenantHost, StringComparer.OrdinalIgnoreCase) && records.Keeps(tenant.Slug))
            {
                return $"{domain.Name} follows {target.TenantHost} by itself.";
            }

            return target.FaultOf(found) is { } fault ? $"{fault}. Its owner must set {target.Advise(domain.Name)}.{Patience(change)}" : $"{domain.Name} leads there already.";
        }
        catch (NameLookupException silent)
        {
            return $"{silent.Message} The owner of {domain.Name} must set what this lists: ctl tenants domains list {tenant.Slug}.{Patience(change)}";
        }
    }

    private static string Patience(DomainChange? change) => change is { Until: { } until }
        ? string.Create(CultureInfo.InvariantCulture, $" {change.From} goes on answering until {until:yyyy-MM-dd HH:mm} UTC.")
        : "";
}
