using System.Globalization;
using Benchmarks.Migrations;
using Npgsql;
using Provisioner.Postgres;
using TenantRuntime.Routes;

namespace Benchmarks.Runtime;

/// <summary>The databases of <see cref="BenchmarkFleet"/> as tenants that a runtime can serve, with passwords as tenants get them.</summary>
public sealed class TenantFleet(BenchmarkFleet databases)
{
    private readonly LoginPassword password = LoginPassword.Generate();
    private bool isPrepared;

    public IReadOnlyList<Route> Routes { get; private set; } = [];

    /// <summary>The superuser's, for database <c>postgres</c>.</summary>
    public NpgsqlConnectionStringBuilder Admin => new(databases.Admin);

    public async Task PrepareAsync(CancellationToken ct)
    {
        if (isPrepared)
        {
            return;
        }

        await databases.PrepareAsync(ct);
        var server = Guid.CreateVersion7();
        Routes = [.. databases.Names.Select((name, i) => new Route(
            Guid.CreateVersion7(), string.Create(CultureInfo.InvariantCulture, $"tenant-{i:0000}x"), [], RouteState.Active, "Bench",
            new TenantLimits(Users: null, StorageMegabytes: null, RequestsPerHour: null, Connections: 32), server, Admin.Host!, Admin.Port, name, password.Reveal(), i + 1))];
        await using var admin = NpgsqlDataSource.Create(Admin);
        foreach (var some in Routes.Chunk(100))
        {
            await using var command = admin.CreateCommand(string.Concat(some.Select(r =>
                $"alter role {r.Database} password '{password.ToVerifier(r.TenantId)}'; alter database {r.Database} set controlplane.tenant_id = '{r.TenantId}';")));
            await command.ExecuteNonQueryAsync(ct);
        }

        isPrepared = true;
    }

    /// <summary>Lets the superuser log in as cheaply as tenants do, by one round of hashing, or by as many as PostgreSQL asks of everybody else.</summary>
    public async Task LetAdminInAsync(bool cheaply, CancellationToken ct)
    {
        await using var admin = NpgsqlDataSource.Create(Admin);
        var stored = cheaply ? LoginPassword.From(Admin.Password!).ToVerifier(Guid.CreateVersion7()) : Admin.Password;
        await using var command = admin.CreateCommand($"alter role {Admin.Username} password '{stored}'");
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Waits until the server has ended the sessions of the run before.</summary>
    public async Task UntilQuietAsync(CancellationToken ct)
    {
        await using var admin = NpgsqlDataSource.Create(Admin);
        await using var command = admin.CreateCommand("select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()");
        while ((long)(await command.ExecuteScalarAsync(ct))! > 0)
        {
            await Task.Delay(50, ct);
        }
    }
}
