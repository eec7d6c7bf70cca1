using System.Globalization;
using System.Net.Sockets;
using EndToEnd.World;
using Npgsql;
using Support;
using Xunit.Abstractions;

namespace EndToEnd.Moves;

/// <summary>A system of two servers in which anything may be killed, one thing at a time, and is then started again.</summary>
internal sealed class Battlefield : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim turn = new(1);
    private readonly ITestOutputHelper output;
    private readonly TestCluster second;
    private Crm application;

    private Battlefield(LiveSystem system, TestCluster second, Crm application, ITestOutputHelper output) =>
        (System, this.second, Crm, this.application, this.output) = (system, second, application, application, output);

    public LiveSystem System { get; }

    /// <summary>The application, whichever process that is now.</summary>
    public Crm Crm { get; }

    public static async Task<Battlefield> StartAsync(ITestOutputHelper output)
    {
        var system = await LiveSystem.StartAsync();
        return new(system, await system.AddServerAsync(), await system.StartCrmAsync(), output);
    }

    /// <summary>The server where the tenant does not live.</summary>
    public static string Other(string server) => server == LiveSystem.ServerName ? LiveSystem.SecondServerName : LiveSystem.ServerName;

    public TestCluster Cluster(string server) => server == LiveSystem.ServerName ? System.Server : second;

    /// <summary>Kills something when the operation has come as far as that, and starts it again.</summary>
    /// <param name="server">Where the tenant lived when the operation began.</param>
    public async Task StrikeAsync(Whim whim, Guid operation, string server, string act)
    {
        var moment = await AskAsync<int>($"select floor({whim.Moment.ToString(CultureInfo.InvariantCulture)} * case workflow when 'TenantMove' then 11 when 'TenantReturn' then 4 else 2 end)::int from operations where id = '{operation}'");
        await UntilAsync(
            async () => await System.ScalarAsync<bool>($"select step >= {moment} or finished_at is not null or state = 'needs_operator' from operations where id = '{operation}'"),
            $"operation {operation} is at step {moment} or at its end");
        await Task.Delay(whim.Delay, CancellationToken.None);
        await turn.WaitAsync();
        try
        {
            output.WriteLine($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {whim.Blow} is killed, {act} was at step {moment} {whim.Delay.TotalMilliseconds} ms ago");
            await StrikeAsync(whim.Blow, server);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Waits for the end of an operation, which may be undone but must not need anybody.</summary>
    public async Task EndAsync(Guid operation, string act)
    {
        var state = "";
        try
        {
            await UntilAsync(
                async () => (state = await System.ScalarAsync<string>($"select state from operations where id = '{operation}'")) is "done" or "undone" or "needs_operator",
                $"{act} ends");
        }
        catch (TimeoutException)
        {
            // Told below, with what it says about itself.
        }

        output.WriteLine($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {act}: {state}");
        if (state is not ("done" or "undone"))
        {
            throw new InvalidOperationException(await ExplainAsync(operation, act));
        }
    }

    /// <summary>Asks the catalog until it answers.</summary>
    public async Task<T> AskAsync<T>(string sql)
    {
        IReadOnlyList<T> rows = [];
        await UntilAsync(
            async () =>
            {
                rows = await System.RowsAsync<T>(sql);
                return true;
            },
            "the catalog answers");
        return rows.Single();
    }

    /// <summary>Says at once what went wrong in one of several acts; only the first of them would be told at the end.</summary>
    public async Task TellAsync(Task act)
    {
        try
        {
            await act;
        }
        catch (Exception e)
        {
            output.WriteLine($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {e}");
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Crm.Dispose();
        application.Dispose();
        turn.Dispose();
        await System.DisposeAsync();
    }

    private async Task StrikeAsync(Blow? blow, string server)
    {
        switch (blow)
        {
            case Blow.ControlPlane:
                await System.ControlPlane.KillAsync();
                await System.StartControlPlaneAsync();
                break;
            case Blow.Application:
                await application.KillAsync();
                application = await System.StartCrmAsync(Crm.Address);
                break;
            default:
                var cluster = blow switch { Blow.Catalog => System.Catalog, Blow.Source => Cluster(server), _ => Cluster(Other(server)) };
                await cluster.KillAsync();
                await cluster.StartAgainAsync();
                break;
        }
    }

    private async Task<string> ExplainAsync(Guid operation, string act)
    {
        var lines = await System.RowsAsync<string>(
            $"""
            select format('%s is %s at step %s, attempt %s: %s', workflow, state, step, attempt, coalesce(error, status)) from operations where id = '{operation}'
            union all
            (select format('%s %s: %s %s', s.position, s.name, s.state, coalesce(s.error, '')) from operation_steps s where s.operation_id = '{operation}' order by s.position)
            """);
        var said = System.ControlPlane.Said.TakeLast(40);
        var errors = new[] { System.Server, second }.SelectMany(c => c.Errors().TakeLast(20));
        return string.Join(Environment.NewLine, [$"{act} ({operation}) did not end by itself (seed {Chaos.Seed}).", .. lines, "The control plane said:", .. said, "PostgreSQL said:", .. errors]);
    }

    /// <summary>The catalog may be away in between.</summary>
    private static Task UntilAsync(Func<Task<bool>> condition, string what) => Eventually.Async(
        async () =>
        {
            try
            {
                return await condition();
            }
            catch (Exception away) when (away is NpgsqlException or SocketException)
            {
                return false;
            }
        },
        Limit,
        what);
}
