using Provisioner.Postgres;
using Provisioner.Tests.Postgres;
using Support;

namespace Provisioner.Tests.Moves;

/// <summary>A server with tenants, and another one they may move to.</summary>
public sealed class TwoServers : IAsyncLifetime
{
    private TestCluster cluster = null!;

    /// <summary>Where tenants are.</summary>
    public TenantWorld World { get; } = new();

    public PostgresServer Source => World.Server;

    public PostgresServer Target { get; private set; } = null!;

    /// <summary>The target's superuser's, for database <c>postgres</c>.</summary>
    public string TargetAdmin => cluster.ConnectionString;

    public async Task InitializeAsync()
    {
        cluster = await TestCluster.StartAsync();
        Target = new PostgresServer(cluster.ConnectionString, "tests");
        await World.InitializeAsync();
    }

    /// <summary>A tenant on the source, in whose database the owner has done this.</summary>
    public async Task<TenantDatabaseName> TenantAsync(string sql = "")
    {
        var (name, _) = await World.CreateTenantAsync();
        if (sql.Length > 0)
        {
            await Sql.ExecuteAsync(await World.OwnerAsync(name), sql);
        }

        return name;
    }

    /// <summary>A tenant whose database has been dumped and restored to the target under the same name.</summary>
    public async Task<TenantDatabaseName> PairAsync(string sql = "")
    {
        var name = await TenantAsync(sql);
        var file = Path.Combine(ThrowawayFolder.Path, $"{Guid.CreateVersion7():N}.dump");
        try
        {
            await Source.DumpAsync(name, file, default);
            await Target.CreateRolesAsync(name, LoginPassword.Generate(), new TenantRoleLimits(), default);
            await Target.CreateDatabaseAsync(name, TemplateName.Empty, tenant: null, default);
            await Target.RestoreAsync(name, file, default);
        }
        finally
        {
            File.Delete(file);
        }

        return name;
    }

    /// <summary>As the superuser, in the tenant's database on the source.</summary>
    public Task OnSourceAsync(TenantDatabaseName name, string sql) => Sql.ExecuteAsync(World.AdminIn(name.Database), sql);

    /// <summary>As the superuser, in the tenant's database on the target.</summary>
    public Task OnTargetAsync(TenantDatabaseName name, string sql) => Sql.ExecuteAsync(TargetIn(name.Database), sql);

    public string TargetIn(string database) => new Npgsql.NpgsqlConnectionStringBuilder(TargetAdmin) { Database = database }.ConnectionString;

    public async Task DisposeAsync()
    {
        await World.DisposeAsync();
        await Target.DisposeAsync();
        await cluster.DisposeAsync();
    }
}
