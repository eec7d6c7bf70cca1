using Quartz;

namespace ControlPlane.Operations;

/// <summary>
/// The only place that knows the job engine (Quartz, clustered on the catalog's PostgreSQL). It wakes operations and runs
/// chores; it holds no state that matters, so losing a wake-up only means that the sweeper finds the operation.
/// </summary>
public sealed class Jobs(ISchedulerFactory schedulers)
{
    private static readonly JobKey RunOperation = new("run-operation");

    /// <summary>Wakes an operation after a delay, on any node.</summary>
    /// <param name="occasion">The same occasion is kept once, however often it is asked for.</param>
    public async Task WakeAsync(Guid operation, string occasion, TimeSpan delay, CancellationToken ct)
    {
        var scheduler = await schedulers.GetScheduler(ct);
        var trigger = TriggerBuilder.Create()
            .WithIdentity($"{operation}/{occasion}")
            .ForJob(RunOperation)
            .UsingJobData("operation", operation.ToString())
            .StartAt(TimeProvider.System.GetUtcNow() + delay)
            .Build();
        try
        {
            await scheduler.ScheduleJob(trigger, cancellationToken: ct);
        }
        catch (ObjectAlreadyExistsException)
        {
            // Asked for already, and not yet fired.
        }
    }

    /// <summary>Runs a chore by a cron expression, on one node at a time.</summary>
    public async Task RegisterCronAsync(Chore chore, CancellationToken ct)
    {
        var scheduler = await schedulers.GetScheduler(ct);
        var job = JobBuilder.Create<ChoreJob>().WithIdentity(chore.Name).StoreDurably().Build();
        var trigger = TriggerBuilder.Create()
            .WithIdentity(chore.Name)
            .ForJob(job)
            .WithCronSchedule(chore.Cron, c => c.WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed))
            .Build();
        await scheduler.ScheduleJob(job, trigger, ScheduleJobOptions.Replacing, ct);
    }

    /// <summary>Must be called once before the first wake-up.</summary>
    public async Task PrepareAsync(CancellationToken ct)
    {
        var scheduler = await schedulers.GetScheduler(ct);
        var job = JobBuilder.Create<OperationJob>().WithIdentity(RunOperation).StoreDurably().Build();
        await scheduler.AddJob(job, AddJobOptions.Replacing, ct);
    }

    internal sealed class OperationJob(OperationHands hands) : IJob
    {
        public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
        {
            hands.Start(Guid.Parse((string)context.MergedJobDataMap["operation"]!));
            return ValueTask.CompletedTask;
        }
    }

    [DisallowConcurrentExecution]
    internal sealed class ChoreJob(IEnumerable<Chore> chores, IHostApplicationLifetime host) : IJob
    {
        // A chore stops when the process is asked to, which is before the engine would interrupt it.
        public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
            await chores.Single(c => c.Name == context.JobDetail.Key.Name).RunAsync(host.ApplicationStopping);
    }
}
