using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Problems;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Operations;

/// <summary>One operation with its steps and what they said.</summary>
[Requires(Role.Viewer)]
public sealed record ShowOperation(Guid Id) : Query<ShowOperation.Answer>, IEndpoint
{
    private const int Lines = 1000;

    public static void Map(IEndpointRouteBuilder v1) => v1.MapQuery<ShowOperation, Answer>("/operations/{id}");

    /// <param name="Steps">All steps of the workflow; those that have not begun have no state.</param>
    /// <param name="Log">The last thousand lines.</param>
    public sealed record Answer(OperationView Operation, IReadOnlyList<StepView> Steps, IReadOnlyList<LogLine> Log);

    /// <param name="State">Null until it has begun.</param>
    public sealed record StepView(
        string Name, StepState? State, int Attempt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, string? Error);

    public sealed record LogLine(long Seq, DateTimeOffset At, string Step, string Line);

    internal static async Task<Answer> ReadAsync(CatalogDb db, Workflows workflows, Guid id, CancellationToken ct)
    {
        var operation = await OperationView.Of(db.Operations.AsNoTracking().Where(o => o.Id == id)).SingleOrDefaultAsync(ct)
            ?? throw Problem.NotFound("operation", id.ToString());
        var begun = await db.OperationSteps.AsNoTracking().Where(s => s.OperationId == id)
            .OrderBy(s => s.Position)
            .Select(s => new StepView(s.Name, s.State, s.Attempt, s.StartedAt, s.FinishedAt, s.Error))
            .ToListAsync(ct);
        var log = await db.OperationLog.AsNoTracking().Where(l => l.OperationId == id)
            .OrderByDescending(l => l.Seq).Take(Lines)
            .Select(l => new LogLine(l.Seq, l.At, l.Step, l.Line))
            .ToListAsync(ct);
        log.Reverse();
        var coming = workflows.StepNames(operation.Workflow).Skip(begun.Count)
            .Select(name => new StepView(name, State: null, Attempt: 0, StartedAt: null, FinishedAt: null, Error: null));
        return new(operation, [.. begun, .. coming], log);
    }

    internal sealed class Handler(CatalogDb db, Workflows workflows) : IRequestHandler<ShowOperation, Answer>
    {
        public Task<Answer> Handle(ShowOperation request, CancellationToken cancellationToken) =>
            ReadAsync(db, workflows, request.Id, cancellationToken);
    }
}
