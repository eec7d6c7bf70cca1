using ControlPlane.Catalog;
using ControlPlane.Certificates;
using ControlPlane.Operations;
using ControlPlane.Servers.Machines;
using ControlPlane.Tenants.Domains;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Moving;

/// <summary>Has the machine that the tenant has left for good forget its domains. Where TLS ends elsewhere now, their certificates are forgotten, too.</summary>
public sealed class LeaveDomains(DomainDelivery delivery, CertificateStore certificates, IMachineProvider provider) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromMinutes(5);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var (left, current) = await step.ReadAsync(
            async db => (await FindLeftAsync(db, step, ct), await DomainOf.EdgeAsync(db, step.SubjectId, provider, ct)), ct);
        foreach (var domain in await MovingDomains.ReadAsync(step, ct))
        {
            if (left is not null)
            {
                await delivery.LeaveAsync(domain, left, step.Log, ct);
            }

            if (current is null)
            {
                await step.WriteAsync(db => DomainDelivery.NoteAsync(db, domain.Id, revision: null, ct), ct);
                await certificates.ForgetAsync([domain.Name], ct);
            }
        }

        return StepResult.Done;
    }

    /// <summary>Null when it is gone, or about to be: a machine of the tenant's own is removed as a whole.</summary>
    private async Task<Machine?> FindLeftAsync(CatalogDb db, StepContext step, CancellationToken ct)
    {
        var move = await db.Moves.SingleAsync(m => m.Id == step.Input<OfMove>().Move, ct);
        var left = move.State == MoveState.Returned ? move.Id : move.SourceId;
        var machine = await db.Machines.SingleOrDefaultAsync(m => m.State == MachineState.Ready && db.Databases.Any(d => d.Id == left && d.ServerId == m.Id), ct);
        return machine is not null && provider.ChallengesOn(machine) is not null ? machine : null;
    }
}
