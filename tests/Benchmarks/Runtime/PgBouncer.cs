using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Provisioner.Processes;
using TenantRuntime.Routes;

namespace Benchmarks.Runtime;

/// <summary>
/// Debian's PgBouncer in transaction mode with so many server connections in all, and in front of it one Npgsql pool per
/// tenant, as applications use it. All tenants share one login there: only so does PgBouncer close one tenant's idle connection
/// for another's.
/// </summary>
internal sealed class PgBouncer(DirectoryInfo folder, Process process, NpgsqlDataSource[] sources) : IAsyncDisposable
{
    public static async Task<PgBouncer> StartAsync(TenantFleet fleet, int connections, CancellationToken ct)
    {
        if (!File.Exists("/usr/sbin/pgbouncer"))
        {
            await RunAsync("apt-get", ["install", "-y", "-q", "pgbouncer"], ct);
        }

        var home = Directory.CreateTempSubdirectory("bench-pgbouncer-");
        var port = FreePort();
        var file = Path.Combine(home.FullName, "pgbouncer.ini");
        await File.WriteAllTextAsync(
            file,
            $"""
            [databases]
            * = host={fleet.Admin.Host} port={fleet.Admin.Port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = trust
            auth_file = {home.FullName}/users
            pool_mode = transaction
            default_pool_size = 32
            max_user_connections = {connections}
            max_client_conn = 10000
            ignore_startup_parameters = extra_float_digits
            logfile = {home.FullName}/log
            """,
            ct);

        // Not as the database's own user: PgBouncer 1.18 does not hold such a one to the limit.
        await File.WriteAllTextAsync(Path.Combine(home.FullName, "users"), $"\"{fleet.Admin.Username}\" \"{fleet.Admin.Password}\"\n", ct);
        await RunAsync("chown", ["-R", "postgres", home.FullName], ct);
        var started = Process.Start(new ProcessStartInfo("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", "prlimit", "--nofile=20000", "/usr/sbin/pgbouncer", "-q", file]))!;
        var pools = fleet.Routes.Select(r => Source(r, fleet.Admin.Username!, port)).ToArray();
        await UntilReadyAsync(pools[0], ct);
        return new(home, started, pools);
    }

    public async Task<bool> ReadAsync(int tenant, CancellationToken ct)
    {
        await using var connection = await sources[tenant].OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand("select name from t1 where id = $1", connection);
        command.Parameters.Add(new() { Value = 7L });
        await command.ExecuteScalarAsync(ct);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in sources)
        {
            await source.DisposeAsync();
        }

        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        folder.Delete(recursive: true);
    }

    private static NpgsqlDataSource Source(Route route, string user, int port)
    {
        var builder = new NpgsqlDataSourceBuilder
        {
            ConnectionStringBuilder =
            {
                Host = "127.0.0.1", Port = port, Database = route.Database, Username = user, Password = "any", NoResetOnClose = true, MaxPoolSize = 32, Timeout = 60, CommandTimeout = 60,
            },
        };
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(enable: false));
        return builder.Build();
    }

    private static async Task UntilReadyAsync(NpgsqlDataSource source, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(ct);
                return;
            }
            catch (NpgsqlException) when (clock.Elapsed < TimeSpan.FromSeconds(10))
            {
                await Task.Delay(50, ct);
            }
        }
    }

    private static async Task RunAsync(string program, string[] arguments, CancellationToken ct) =>
        (await new Command(program, arguments).RunAsync(ct)).OrThrow($"{program} failed");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
