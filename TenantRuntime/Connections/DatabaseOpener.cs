using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using Npgsql;
using TenantRuntime.Routes;
using TenantRuntime.Telemetry;

namespace TenantRuntime.Connections;

/// <summary>Opens real connections and checks that each leads where the route says.</summary>
internal sealed class DatabaseOpener : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan AskFunctionsAgain = TimeSpan.FromMinutes(5);

    private readonly TenantRuntimeOptions options;
    private readonly TimeProvider time;
    private readonly ActivityListener listener;

    public DatabaseOpener(IOptions<TenantRuntimeOptions> options, TimeProvider time)
    {
        this.options = options.Value;
        this.time = time;

        // Npgsql asks the filters set below only while somebody listens to its activities; this listener wants none of them.
        listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.None,
        };
        ActivitySource.AddActivityListener(listener);
    }

    /// <summary>Opens and verifies; tries again while the server starts or is full, up to the limit.</summary>
    /// <exception cref="WrongDatabaseException">The address leads to a database that is not this tenant's.</exception>
    public async ValueTask<ServerConnection> OpenAsync(DatabasePool database, TimeSpan limit, CancellationToken ct)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                var opened = await OpenOnceAsync(database, limit - time.GetElapsedTime(began), ct);
                Meters.Opened(time.GetElapsedTime(began), database.Route.ServerId);
                return opened;
            }
            catch (NpgsqlException e) when (MayPass(e) && time.GetElapsedTime(began) + Pause < limit)
            {
                await Task.Delay(Pause, time, ct);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.TooManyConnections)
            {
                throw new ServerBusyException($"The server of {database.Route.Slug} has no connection left: {e.MessageText}. Lower the budgets, or raise max_connections.");
            }
        }
    }

    public void Dispose() => listener.Dispose();

    private static bool MayPass(NpgsqlException e) => e switch
    {
        PostgresException { SqlState: PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.AdminShutdown } => true,
        PostgresException => false,
        _ => e.InnerException is SocketException or IOException,
    };

    private async ValueTask<ServerConnection> OpenOnceAsync(DatabasePool database, TimeSpan limit, CancellationToken ct)
    {
        var known = database.Functions is { } asked && time.GetElapsedTime(asked.AskedAt) < AskFunctionsAgain ? asked : null;
        var first = new FirstOpening(database.Route, asksFunctions: known is null);
        var source = Build(database.Route, limit, first);
        try
        {
            // Once verified it rests in its source, where the first use finds it.
            var opened = await source.OpenConnectionAsync(ct);
            var line = ServerLine.Of(opened);
            await opened.DisposeAsync();
            var now = time.GetTimestamp();
            if (first.FoundStatefulFunctions is { } found)
            {
                database.Functions = known = new DatabaseFunctions(found, now);
            }

            var connection = new ServerConnection(database, source, line) { OpenedAt = now, ReturnedAt = now };
            if (known!.MayChangeSession)
            {
                connection.AlwaysReset();
            }

            first.Connection = connection;
            return connection;
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }
    }

    private static bool IsThisMachine(string host) => host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    // One source for each connection: it is the only way by which Npgsql says on which connection a command runs.
    private NpgsqlDataSource Build(Route route, TimeSpan limit, FirstOpening first)
    {
        var builder = new NpgsqlDataSourceBuilder
        {
            ConnectionStringBuilder =
            {
                Host = route.Host,
                Port = route.Port,
                Database = route.Database,
                Username = route.Database,
                Password = route.Password,
                MinPoolSize = 1,
                MaxPoolSize = 1,
                ConnectionLifetime = 0,
                NoResetOnClose = true,
                Timeout = Math.Clamp((int)Math.Ceiling(limit.TotalSeconds), 1, 15),
                ApplicationName = options.Instance,

                // Roles have passwords. To find out that there is no ticket either takes longer than all the rest.
                GssEncryptionMode = GssEncryptionMode.Disable,
            },
        };
        if (route.Certificate is null)
        {
            // Nobody listens in on the machine itself, so the server need not be asked whether it speaks TLS.
            builder.ConnectionStringBuilder.SslMode = IsThisMachine(route.Host) ? SslMode.Disable : SslMode.Prefer;
        }
        else
        {
            builder.ConnectionStringBuilder.SslMode = SslMode.VerifyCA;
            builder.UseRootCertificate(X509Certificate2.CreateFromPem(route.Certificate));
        }

        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(options.Connections.LoadTypes));
        builder.UsePhysicalConnectionInitializer(FirstOpening.RefuseSecond, first.VerifyAsync);
        builder.ConfigureTracing(tracing => tracing
            .ConfigureCommandFilter(command => first.Connection?.Observe(command) ?? true)
            .ConfigureBatchFilter(batch => first.Connection?.Observe(batch) ?? true)
            .ConfigureCopyOperationFilter(_ => first.Connection?.ObserveCopy() ?? true));
        options.Connections.Configure?.Invoke(builder);
        return builder.Build();
    }
}
