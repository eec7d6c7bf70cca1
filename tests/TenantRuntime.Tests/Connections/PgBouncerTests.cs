using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Support;
using TenantRuntime.Routes;
using TenantRuntime.Tests.World;

namespace TenantRuntime.Tests.Connections;

/// <summary>PgBouncer between the runtime and PostgreSQL, one server connection for each use.</summary>
public sealed class PgBouncerTests(TenantWorld world) : IClassFixture<TenantWorld>, IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("runtime-pgbouncer-");
    private Process? bouncer;

    public void Dispose()
    {
        bouncer?.Kill();
        bouncer?.WaitForExit();
        bouncer?.Dispose();
        folder.Delete(recursive: true);
    }

    [PgBouncerFact]
    public async Task Tenants_are_served_and_verified_through_it_too()
    {
        Route[] routes =
        [
            await world.AddTenantAsync("bounced-1", "create table notes (text text); insert into notes values ('one')"),
            await world.AddTenantAsync("bounced-2", "create table notes (text text); insert into notes values ('two')"),
        ];
        var port = await StartAsync(routes);
        using var pools = new PoolWorld(o => o.PerServer = 4);
        var tenants = routes.Select(r => PoolWorld.Serve(r with { Port = port })).ToList();

        var read = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => pools.UseAsync(tenants[i % 2], "select text from notes")));

        read.ShouldBe(Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? "one" : "two"));
        var crossed = PoolWorld.Serve(routes[0] with { Port = port, TenantId = routes[1].TenantId });
        await Should.ThrowAsync<WrongDatabaseException>(() => pools.UseAsync(crossed, "select 1"));
    }

    private async Task<int> StartAsync(Route[] routes)
    {
        var port = FreePort();
        var file = Path.Combine(folder.FullName, "pgbouncer.ini");
        var databases = string.Join('\n', routes.Select(r => $"{r.Database} = host={r.Host} port={r.Port} user={r.Database} password={r.Password}"));
        await File.WriteAllTextAsync(file, $"""
            [databases]
            {databases}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = any
            pool_mode = transaction
            default_pool_size = 1
            ignore_startup_parameters = extra_float_digits
            """);

        // It refuses to run as root.
        string[] command = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", PgBouncerFactAttribute.Program, "-q", file] : [PgBouncerFactAttribute.Program, "-q", file];
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder.FullName, File.GetUnixFileMode(folder.FullName) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        }

        bouncer = Process.Start(new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false })!;
        await Eventually.Async(() => ListensAsync(port), TimeSpan.FromSeconds(20), "PgBouncer listens");
        return port;
    }

    private static async Task<bool> ListensAsync(int port)
    {
        using var probe = new TcpClient();
        try
        {
            await probe.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
