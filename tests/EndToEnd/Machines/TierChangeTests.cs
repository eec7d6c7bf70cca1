using System.Net;
using EndToEnd.Moves;
using EndToEnd.World;
using Support;
using Support.Hosts;
using Xunit.Abstractions;

namespace EndToEnd.Machines;

/// <summary>From a shared machine to one of its own and back, on real Debian machines that let nobody in who need not come in.</summary>
public sealed class TierChangeTests(CloudWorld world, ITestOutputHelper output) : IClassFixture<CloudWorld>
{
    private const string Slug = "busy";

    /// <summary>Of 200 bytes; with an index they make 200 MB.</summary>
    private const int Rows = 800_000;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    [RealHostFact]
    public async Task A_customer_gets_a_server_of_its_own_and_gives_it_back_while_it_works()
    {
        await DoAsync("servers", "image");
        await DoAsync("servers", "provision", "--tier", "shared");
        await DoAsync("tenants", "create", Slug, "--plan", "enterprise", "--region", "fsn1");
        var shared = await MachineAsync();
        using var crm = CloudWorld.ApplicationOn(shared.Address);
        await crm.AnswersAsync(Slug, HttpStatusCode.OK, TimeSpan.FromMinutes(1));
        await FillAsync(shared.Id);
        await using var traffic = new Traffic(crm, Slug, writers: 2, readers: 2, Pace);
        await traffic.GoOnAsync(100);

        await DoAsync("tenants", "tier", Slug, "dedicated");
        var own = await MachineAsync();
        own.Id.ShouldNotBe(shared.Id);
        using (var there = CloudWorld.ApplicationOn(own.Address))
        {
            (await there.GetAsync(Slug, "/api/whoami")).Status.ShouldBe(200);
        }

        // Whoever remembers the old address is served from the new place.
        await traffic.GoOnAsync(100);
        await SayAsync();

        await DoAsync("tenants", "move-back", Slug);
        await traffic.GoOnAsync(100);
        await traffic.StopAsync();
        await SayAsync();
        output.WriteLine($"{traffic.Requests} requests, the slowest {traffic.Slowest.TotalMilliseconds:0} ms");
        traffic.Failures.ShouldBeEmpty();
        (await QueryAsync(shared.Id, "select name from contacts where name like 'writer %'")).Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(traffic.Written, ignoreOrder: true);
        (await AtConsoleAsync(shared.Id, "nft list ruleset; cat /etc/postgresql/15/main/pg_hba.conf")).ShouldNotContain($"{own.Address}");
        await Eventually.Async(async () => (await world.OracleAsync()).Count == 0, TimeSpan.FromMinutes(1), "nothing is left over");
        world.Cloud.Violations.All.ShouldBeEmpty();
    }

    private async Task DoAsync(params string[] arguments)
    {
        var done = await Ctl.RunAsync(world.System, [.. arguments, "--wait", "--timeout", "900"]);
        output.WriteLine($"{string.Join(' ', arguments)}: {done.Lines[^1].At.TotalSeconds:0.0} s");
        output.WriteLine(string.Join(Environment.NewLine, done.Lines.Select(l => $"{l.At.TotalSeconds,6:0.0} {l.Text}")));
        done.ExitCode.ShouldBe(0, done.Text);
    }

    private async Task SayAsync() => output.WriteLine(await world.System.ScalarAsync<string>(
        "select format('blocked %s ms, held %s ms, %s rows compared, %s', blocked_milliseconds, held_milliseconds, verified_rows, coalesce(difference, 'none differ')) from moves"));

    /// <summary>Where the customer lives.</summary>
    private async Task<(long Id, IPAddress Address)> MachineAsync()
    {
        const string From = "from machines m join tenant_databases d on d.server_id = m.id join tenants t on t.database_id = d.id";
        return (await world.System.ScalarAsync<long>($"select m.cloud_id {From}"), IPAddress.Parse(await world.System.ScalarAsync<string>($"select m.address {From}")));
    }

    private Task FillAsync(long machine) => QueryAsync(
        machine,
        $"""
        select 'o_' || substr(current_database(), 3) as owner \gset
        set role :owner;
        create table filling (id bigint primary key, text text not null);
        insert into filling select n, repeat(md5(n::text), 5) from generate_series(1, {Rows}) n;
        """);

    private async Task<string> QueryAsync(long machine, string sql)
    {
        var database = await world.System.ScalarAsync<string>("select d.name from tenants t join tenant_databases d on d.id = t.database_id");
        return await AtConsoleAsync(machine, $"runuser -u postgres -- psql --no-psqlrc -v ON_ERROR_STOP=1 -qtA {database}", sql);
    }

    private Task<string> AtConsoleAsync(long machine, string script, string input = "") =>
        world.Hosts!.RunAtConsoleAsync(machine, ["sh", "-c", script], CancellationToken.None, input);
}
