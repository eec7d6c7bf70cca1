using ControlPlane.Catalog;
using Npgsql;
using Quartz;

namespace ControlPlane.Operations;

/// <summary>Registers the engine; workflows, steps and chores are found in this assembly.</summary>
public static class OperationsSetup
{
    /// <summary>What the job engine runs at once: it only wakes operations, and a chore is short or one of a few.</summary>
    private const int JobThreads = 8;

    /// <param name="workers">Operations that this process runs at once.</param>
    public static IServiceCollection AddOperations(this IServiceCollection services, string catalog, int workers)
    {
        services.AddSingleton(NodeName.Create());
        services.AddSingleton<Workflows>();
        services.AddSingleton<OperationStore>();
        services.AddSingleton<OperationMetrics>();
        services.AddSingleton<OperationRunner>();
        services.AddSingleton<OperationLauncher>();
        services.AddScoped<OperationStart>();
        services.AddSingleton<Jobs>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<OperationHands>(provider, workers));
        services.AddHostedService(provider => provider.GetRequiredService<OperationHands>());
        foreach (var type in typeof(OperationsSetup).Assembly.GetTypes().Where(t => t is { IsAbstract: false, IsClass: true }))
        {
            if (type.IsSubclassOf(typeof(Workflow)))
            {
                services.AddSingleton(typeof(Workflow), type);
            }
            else if (type.IsSubclassOf(typeof(Step)))
            {
                services.AddScoped(type);
            }
            else if (type.IsSubclassOf(typeof(Chore)))
            {
                services.AddSingleton(typeof(Chore), type);
            }
        }

        services.AddQuartz(q =>
        {
            q.UseDefaultThreadPool(JobThreads);
            q.UsePersistentStore(s =>
            {
                s.UsePostgres(NpgsqlFactory.Instance, CatalogSetup.ForJobs(catalog));
                s.UseClustering();
                s.ProvisionSchema();
            });
        });
        services.AddHostedService<JobsStart>();
        services.AddQuartzHostedService(o => o.WaitForJobsToComplete = true);
        services.AddHostedService<OperationSweeper>();
        return services;
    }

    /// <summary>Makes the job engine's own entries before it starts.</summary>
    private sealed class JobsStart(Jobs jobs, IEnumerable<Chore> chores) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await jobs.PrepareAsync(cancellationToken);
            foreach (var chore in chores)
            {
                await jobs.RegisterCronAsync(chore, cancellationToken);
            }
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
