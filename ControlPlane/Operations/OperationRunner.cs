using ControlPlane.Catalog;
using ControlPlane.Problems;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Operations;

/// <summary>
/// Runs one operation from where it stands to its end, its next pause, or the loss of its lease. Waking the same operation
/// any number of times, anywhere, is harmless: only one claim succeeds.
/// </summary>
public sealed class OperationRunner(
    OperationStore store,
    Workflows workflows,
    Jobs jobs,
    IServiceScopeFactory scopes,
    IDbContextFactory<CatalogDb> catalogs,
    OperationMetrics metrics,
    ILogger<OperationRunner> log)
{
    /// <summary>False when it is not due, finished, or another's.</summary>
    /// <param name="id">Null runs the one that has been due the longest; false when there is none.</param>
    public async Task<bool> RunAsync(Guid? id, CancellationToken ct)
    {
        if (await store.ClaimAsync(id, ct) is not { } operation)
        {
            return false;
        }

        await RunAsync(operation, ct);
        return true;
    }

    /// <summary>Runs an operation that this node has claimed.</summary>
    public async Task RunAsync(Operation operation, CancellationToken ct)
    {
        var workflow = workflows.Named(operation.Workflow);
        await using var scope = scopes.CreateAsyncScope();
        await using var lease = new OperationLease(store, operation, log, ct);
        try
        {
            if (operation.State == OperationState.Running)
            {
                var first = (Step)scope.ServiceProvider.GetRequiredService(workflow.Steps[operation.Step]);
                await store.BeginStepAsync(operation, first, lease.Token);
            }

            while (operation.State is OperationState.Running or OperationState.Undoing)
            {
                var step = (Step)scope.ServiceProvider.GetRequiredService(workflow.Steps[operation.Step]);
                var context = lease.Watch(new StepContext(operation, step, catalogs));
                await (operation.State == OperationState.Running
                    ? RunStepAsync(workflow, operation, step, context, scope.ServiceProvider, lease.Token)
                    : UndoStepAsync(operation, step, context, lease.Token));
                operation.Memory = context.Memory.ToJsonString();
            }
        }
        catch (LeaseLostException)
        {
            log.LogWarning("{Operation} was taken over by another worker; this one stops.", operation.Id);
        }
        catch (Exception error) when (lease.Lost)
        {
            // Its step was interrupted, so whatever it threw says nothing about the operation.
            log.LogWarning(error, "{Operation}: the lease could not be renewed; this worker stops.", operation.Id);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            using var grace = new CancellationTokenSource(TimeSpan.FromSeconds(3));
            await store.ReleaseAsync(operation, grace.Token);
        }
    }

    private async Task RunStepAsync(
        Workflow workflow, Operation operation, Step step, StepContext context, IServiceProvider services, CancellationToken ct)
    {
        if (operation.CancelRequested && operation.Undoable)
        {
            await store.FailAsync(operation, context, "Cancelled on request.", undo: true, ct);
            operation.State = OperationState.Undoing;
            return;
        }

        try
        {
            using var timing = metrics.Step(step.Name);
            var result = await step.RunAsync(context, ct);
            if (result.Delay is { } delay)
            {
                await SleepAsync(operation, context, delay, result.Why!, error: null, ct);
                return;
            }

            var next = operation.Step + 1 < workflow.Steps.Count
                ? (Step)services.GetRequiredService(workflow.Steps[operation.Step + 1])
                : null;
            operation.CancelRequested = await store.AdvanceAsync(operation, context, next, ct);
            operation.Undoable &= !context.PassedPointOfNoReturn;
            operation.State = next is null ? OperationState.Done : OperationState.Running;
            operation.Step++;
            operation.Attempt = 0;
            if (next is null)
            {
                metrics.Finished(workflow.Name, OperationState.Done);
            }
        }
        catch (Exception error) when (error is not LeaseLostException && !ct.IsCancellationRequested)
        {
            await RetryOrFailAsync(operation, context, error, undo: operation.Undoable && !context.PassedPointOfNoReturn, ct);
        }
    }

    private async Task UndoStepAsync(Operation operation, Step step, StepContext context, CancellationToken ct)
    {
        try
        {
            await step.UndoAsync(context, ct);
            await store.UndoneAsync(operation, context, ct);
            if (operation.Step == 0)
            {
                operation.State = OperationState.Undone;
                metrics.Finished(operation.Workflow, OperationState.Undone);
            }

            operation.Step--;
            operation.Attempt = 0;
        }
        catch (Exception error) when (error is not LeaseLostException && !ct.IsCancellationRequested)
        {
            await RetryOrFailAsync(operation, context, error, undo: false, ct);
        }
    }

    private async Task RetryOrFailAsync(Operation operation, StepContext context, Exception error, bool undo, CancellationToken ct)
    {
        var reason = Describe(context, error);
        if (Transient.Is(error) && !await store.IsPastDeadlineAsync(operation, ct))
        {
            var delay = Transient.Backoff(operation.Attempt + 1);
            log.LogInformation(error, "{Workflow} {Operation}: {Reason} Again in {Delay}.", operation.Workflow, operation.Id, reason, delay);
            await SleepAsync(operation, context, delay, $"{reason} Trying again.", reason, ct);
            return;
        }

        log.LogError(error, "{Workflow} {Operation}: {Reason}", operation.Workflow, operation.Id, reason);
        await store.FailAsync(operation, context, reason, undo, ct);
        operation.State = undo ? OperationState.Undoing : OperationState.NeedsOperator;
        operation.Attempt = 0;
        if (!undo)
        {
            metrics.Finished(operation.Workflow, OperationState.NeedsOperator);
        }
    }

    private async Task SleepAsync(
        Operation operation, StepContext context, TimeSpan delay, string why, string? error, CancellationToken ct)
    {
        await store.SleepAsync(operation, context, delay, why, error, ct);
        operation.State = OperationState.Waiting;
        await jobs.WakeAsync(operation.Id, $"epoch-{operation.Epoch}", delay, ct);
    }

    /// <summary>For the operator: tenant, step, what happened, what to do. Inner detail goes to the log only.</summary>
    private static string Describe(StepContext context, Exception error) => error switch
    {
        ProblemException problem => $"{context.Subject}, {context.StepName}: {problem.Message} {problem.Remedy}",
        _ => $"{context.Subject}, {context.StepName}: {error.Message}",
    };
}
