using EndToEnd.World;
using HetznerSimulator.Faults;
using Support;

namespace EndToEnd.Machines;

/// <summary>What may go wrong at the provider while a machine is ordered: in the end there is the one that was asked for, or none.</summary>
public sealed class CloudFaultTests(RecordWorld world) : IClassFixture<RecordWorld>
{
    private const string Order = "/servers";
    private const string Record = "/zones/*/rrsets";
    private const string Protect = "/servers/*/actions/change_protection";

    private static int customers;

    public static TheoryData<FaultKind, string, string> Faults { get; } = new()
    {
        { FaultKind.NoAnswer, "POST", Order },
        { FaultKind.TruncatedBody, "POST", Order },
        { FaultKind.Error, "POST", Order },
        { FaultKind.LimitReached, "POST", Order },
        { FaultKind.SoldOut, "POST", Order },
        { FaultKind.ActionFailed, "POST", Order },
        { FaultKind.ServerVanishes, "POST", Order },
        { FaultKind.AddressReused, "POST", Order },
        { FaultKind.NoAnswer, "POST", Record },
        { FaultKind.TruncatedBody, "POST", Record },
        { FaultKind.Error, "POST", Record },
        { FaultKind.ActionFailed, "POST", Record },
        { FaultKind.NoAnswer, "POST", Protect },
        { FaultKind.Error, "POST", Protect },
        { FaultKind.ServerVanishes, "POST", Protect },
        { FaultKind.NoAnswer, "DELETE", "/servers/*" },
        { FaultKind.Error, "DELETE", "/servers/*" },
        { FaultKind.TruncatedBody, "DELETE", "/servers/*" },
        { FaultKind.NoAnswer, "DELETE", Record + "/*" },
        { FaultKind.Error, "GET", "/actions*" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_leaves_one_server_or_none_and_never_an_orphan(FaultKind kind, string method, string path)
    {
        world.Cloud.Faults.Add(new Fault { Kind = kind, Method = method, Path = path, Seconds = 1 });
        var operation = await AskAsync();
        if (await UntilItWaitsAsync(operation))
        {
            world.Cloud.Read(c => c.Servers.All.Count(s => s.Name.StartsWith("dedicated-", StringComparison.Ordinal))).ShouldBeLessThanOrEqualTo(1);
            await world.System.Api.PostAsync($"/v1/operations/{operation}/cancel", new { });
        }

        (await world.System.EndAsync(operation, TimeSpan.FromMinutes(3))).ShouldBe("undone");
        world.Cloud.ClearFaults();
        (await world.OracleAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Sold_out_everywhere_it_says_what_was_tried_and_what_to_do()
    {
        SellOut(true);
        var ended = await Ctl.RunAsync(world.System, "tenants", "create", NewName(), "--plan", "enterprise", "--tier", "dedicated", "--wait");
        SellOut(false);

        ended.ExitCode.ShouldBe(1, ended.Text);
        ended.Text.ShouldContain("sold out are cx23 in fsn1");
        ended.Text.ShouldContain("cx33 in fsn1");
        ended.Text.ShouldContain("Add another server type or location");
        (await world.OracleAsync()).ShouldBeEmpty();

        void SellOut(bool soldOut) => world.Cloud.Change(c =>
        {
            c.Stock.SetSoldOut("cx23", "fsn1", soldOut);
            c.Stock.SetSoldOut("cx33", "fsn1", soldOut);
        });
    }

    [Theory]
    [InlineData("unauthorized", "The token is wrong or was deleted")]
    [InlineData("forbidden", "Read & Write of the right project")]
    [InlineData("resource_limit_exceeded", "quota is used up")]
    public async Task What_no_retry_mends_is_said_at_once_and_in_words(string code, string words)
    {
        world.Cloud.Faults.Add(new Fault { Kind = FaultKind.Error, Code = code, Method = "POST", Path = Order, Times = int.MaxValue });
        var before = Orders();

        var ended = await Ctl.RunAsync(world.System, "tenants", "create", NewName(), "--plan", "enterprise", "--tier", "dedicated", "--wait");

        (Orders() - before).ShouldBeInRange(1, 2, "each choice once: asking again would not help");
        world.Cloud.ClearFaults();
        ended.ExitCode.ShouldBe(1, ended.Text);
        ended.Text.ShouldContain(words);
        foreach (var stopped in await world.System.RowsAsync<Guid>("select id from operations where state = 'needs_operator'"))
        {
            await world.System.Api.PostAsync($"/v1/operations/{stopped}/cancel", new { });
            (await world.System.EndAsync(stopped, TimeSpan.FromMinutes(1))).ShouldBe("undone");
        }

        (await world.OracleAsync()).ShouldBeEmpty();

        int Orders() => world.Cloud.Calls.Count("POST", Order);
    }

    [Fact]
    public async Task What_nobody_knows_and_what_is_missing_is_found_and_left_as_it_is()
    {
        var installation = await world.System.ScalarAsync<Guid>("select id from installation");
        world.Cloud.AddServers(1, "stranger", new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["controlplane-installation"] = $"{installation:N}", ["controlplane-id"] = $"{Guid.CreateVersion7()}",
        });

        (await Ctl.RunAsync(world.System, "servers", "inventory", "--wait")).ExitCode.ShouldBe(0);
        (await world.System.RowsAsync<string>("select subject from findings where kind = 'cloud_unknown' and resolved_at is null")).ShouldBe(["server stranger-1"]);

        world.Cloud.AddServers(1, "foreign", new Dictionary<string, string>(StringComparer.Ordinal));
        (await Ctl.RunAsync(world.System, "servers", "discard", "foreign-1", "--wait")).ExitCode.ShouldBe(1, "it is not ours");
        var discarded = await Ctl.RunAsync(world.System, "servers", "discard", "stranger-1", "--wait");
        discarded.ExitCode.ShouldBe(0, discarded.Text);
        world.Cloud.Read(c => (c.Servers.Find("stranger-1"), c.Servers.Find("foreign-1") is not null)).ShouldBe((null, true));
        (await Ctl.RunAsync(world.System, "servers", "inventory", "--wait")).ExitCode.ShouldBe(0);
        (await world.System.RowsAsync<string>("select subject from findings where kind = 'cloud_unknown' and resolved_at is null")).ShouldBeEmpty();
    }

    private static string NewName() => $"customer-{Interlocked.Increment(ref customers)}";

    private async Task<Guid> AskAsync() =>
        (await world.System.Api.PostUntilAnsweredAsync("/v1/tenants", new { slug = NewName(), plan = "enterprise", tier = "dedicated", region = "fsn1" })).Expect(202).Operation;

    /// <summary>Until the machine was ordered and is waited for; false when the operation has ended, or ends, before.</summary>
    private async Task<bool> UntilItWaitsAsync(Guid operation)
    {
        var state = "";
        await Eventually.Async(
            async () =>
            {
                state = await world.System.ScalarAsync<string>($"""
                    select case when o.state in ('undoing', 'undone', 'needs_operator') then 'ends'
                      when exists (select from operation_steps s where s.operation_id = o.id and s.name = 'AwaitMachine') then 'waits' else '' end
                    from operations o where o.id = '{operation}'
                    """);
                return state.Length > 0;
            },
            TimeSpan.FromMinutes(2),
            "the machine is ordered, or cannot be");
        return state == "waits";
    }
}
