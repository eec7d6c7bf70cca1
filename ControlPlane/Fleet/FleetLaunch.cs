using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using ControlPlane.Servers;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Fleet;

/// <summary>Starts runs over the fleet, one at a time.</summary>
public sealed class FleetLaunch(CatalogDb db, FleetFaults faults, OperationStart start, Installation installation, ApplicationSchema schema)
{
    /// <summary>The fleet's name as the subject of operations.</summary>
    public const string Subject = "fleet";

    /// <summary>Begins a run in the caller's transaction. One that has stopped for an operator is given up for it: the new one finds what is left.</summary>
    /// <exception cref="ProblemException">400 with every fault of the request; 409: another run is under way, and it names that one.</exception>
    public async Task<Guid> BeginAsync<TWorkflow>(FleetRequest request, CancellationToken ct)
        where TWorkflow : Workflow
    {
        await faults.RequireNoneAsync(request, ct);
        if (await FindLiveAsync(ct) is { } live)
        {
            if (live.State != OperationState.NeedsOperator)
            {
                throw new ProblemException(
                    409, "operation_in_progress", $"{live.Workflow} {live.Id} is going over the fleet.", $"Wait for it with: ctl operations watch {live.Id}; or stop it with: ctl migrations stop")
                    .With("operation", live.Id);
            }

            await OperationControl.CancelAsync(db, live.Id, ct);
        }

        return await start.OfAsync<TWorkflow>(installation.Id, Subject, request with { Release = schema.Release }, ct);
    }

    /// <summary>The run that has not ended; null when there is none.</summary>
    public Task<Operation?> FindLiveAsync(CancellationToken ct) =>
        db.Operations.AsNoTracking().SingleOrDefaultAsync(o => o.SubjectId == installation.Id && o.FinishedAt == null, ct);
}
