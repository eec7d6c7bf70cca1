using Support;
using Npgsql;
using Provisioner.Postgres;

namespace Provisioner.Tests.Moves;

/// <summary>Two servers, and a tenant on the first that is to live on the second.</summary>
public sealed class MoveWorld : IAsyncLifetime
{
    private TestCluster first = null!;
    private TestCluster second = null!;

    public PostgresServer Source { get; private set; } = null!;

    public PostgresServer Target { get; private set; } = null!;

    public TestCluster SourceCluster => first;

    public TestCluster TargetCluster => second;

    public async Task InitializeAsync()
    {
        (first, second) = (await TestCluster.StartAsync(), await TestCluster.StartAsync());
        Source = new PostgresServer(first.ConnectionString, "tests");
        Target = new PostgresServer(second.ConnectionString, "tests");
    }

    /// <summary>A tenant with that schema, made by its owner role as a migration would.</summary>
    public async Task<MovingTenant> CreateAsync(string schema)
    {
        var (name, password) = (new TenantDatabaseName(Guid.CreateVersion7()), LoginPassword.Generate());
        var template = TemplateName.For($"{Guid.CreateVersion7():N}");
        await Source.CreateTemplateAsync(template, async (owner, ct) => { await Sql.ExecuteAsync(owner, schema); return "f"; }, default);
        await Source.CreateRolesAsync(name, password, new TenantRoleLimits(), default);
        await Source.CreateDatabaseAsync(name, template, Guid.CreateVersion7(), default);
        await Source.GrantAccessAsync(name, template, default);
        return new MovingTenant(this, name, password);
    }

    /// <summary>Kills a server and starts it again.</summary>
    public static async Task CrashAsync(TestCluster cluster, PostgresServer server)
    {
        await cluster.KillAsync();
        await StartAgainAsync(cluster, server);
    }

    /// <summary>Starts a killed server; sessions that were kept for later use are noticed to be dead here, not in the next test.</summary>
    public static async Task StartAgainAsync(TestCluster cluster, PostgresServer server)
    {
        await cluster.StartAgainAsync();
        await UntilDoneAsync(() => server.InspectAsync(default));
    }

    /// <summary>As the engine does with a step: what a server that was down made fail is done again. Sessions that were kept for later use died with it, and each is noticed once.</summary>
    public static Task UntilDoneAsync(Func<Task> act) => Eventually.Async(
        async () =>
        {
            try
            {
                await act();
                return true;
            }
            catch (NpgsqlException e) when (e.IsTransient || e.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown)
            {
                return false;
            }
        },
        TimeSpan.FromSeconds(30),
        "it is done, since the server is back");

    /// <summary>The superuser's, in any database.</summary>
    public string AdminIn(TestCluster cluster, string database) =>
        new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Database = database, Pooling = false }.ConnectionString;

    public async Task DisposeAsync()
    {
        await Source.DisposeAsync();
        await Target.DisposeAsync();
        await first.DisposeAsync();
        await second.DisposeAsync();
    }
}
