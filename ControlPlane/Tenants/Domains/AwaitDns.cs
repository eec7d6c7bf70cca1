using System.Globalization;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using ControlPlane.Servers.Machines;
using Provisioner.Dns.Lookup;

namespace ControlPlane.Tenants.Domains;

/// <summary>Waits until the name leads to where its tenant is served, and says meanwhile which record to set.</summary>
public sealed class AwaitDns(DomainTargets targets, IMachineProvider provider) : Step
{
    /// <summary>How long somebody may take to set a record, and the world to see it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(72);

    private const string Begun = "dns_awaited";
    private const string Said = "dns_said";

    /// <summary>Looked at again after a tenth of the time that has passed, within these.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    public override TimeSpan Deadline => Patience;

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var (domain, tenant) = await DomainOf.LoadAsync(step, ct);
        var edge = await DomainOf.EdgeAsync(step, provider, ct);
        if (edge is null && targets.IsOnlyHere)
        {
            step.Log("Tenants are found on this machine only, so where the name leads elsewhere was not looked at.");
            return StepResult.Done;
        }

        if (await FaultOfAsync(domain, tenant, edge, ct) is not { } fault)
        {
            step.Log($"{domain.Name} leads here.");
            return StepResult.Done;
        }

        var since = await SinceAsync(step, ct);
        if (since > Patience)
        {
            throw new ProblemException(409, "dns_late", $"{fault} It was waited for {Patience.TotalHours:0} hours.", $"Set the record, then: ctl tenants domains add {tenant.Slug} {domain.Name}");
        }

        Say(step, fault);
        var pause = since / 10;
        return StepResult.WaitFor(pause < ShortestPause ? ShortestPause : pause > LongestPause ? LongestPause : pause, fault);
    }

    /// <summary>What is wrong and what to set; null when the name leads here.</summary>
    private async Task<string?> FaultOfAsync(Domain domain, Tenant tenant, Machine? edge, CancellationToken ct)
    {
        try
        {
            var target = await targets.OfAsync(tenant, edge, ct);
            return target.FaultOf(await targets.LookUpAsync(domain.Name, ct)) is { } fault ? $"{fault}. Set {target.Advise(domain.Name)}." : null;
        }
        catch (NameLookupException silent)
        {
            return silent.Message;
        }
    }

    /// <summary>The same words once: they are there for days, perhaps.</summary>
    private static void Say(StepContext step, string fault)
    {
        if ((string?)step.Memory[Said] != fault)
        {
            step.Memory[Said] = fault;
            step.Log(fault);
        }
    }

    /// <summary>How long this has waited, by the catalog's clock.</summary>
    private static async Task<TimeSpan> SinceAsync(StepContext step, CancellationToken ct)
    {
        var now = await step.ReadAsync(db => db.NowAsync(ct), ct);
        var begun = step.Memory[Begun] is { } text ? DateTimeOffset.Parse((string)text!, CultureInfo.InvariantCulture) : now;
        step.Memory[Begun] = begun.ToString("O", CultureInfo.InvariantCulture);
        return now - begun;
    }
}
