using HetznerSimulator.Faults;
using Provisioner.Hetzner;
using Provisioner.Hetzner.Actions;
using Provisioner.Hetzner.Prices;
using Provisioner.Hetzner.Servers;

namespace Provisioner.Tests.Hetzner;

/// <summary>The life of servers in a cloud where things go wrong.</summary>
public sealed class ServerTests
{
    [Fact]
    public async Task The_next_choice_is_taken_when_one_is_sold_out()
    {
        await using var world = await CloudWorld.StartAsync();
        world.Cloud.Change(c => c.Stock.SetSoldOut("cx33", "fsn1"));

        var server = await world.Client.Servers.EnsureAsync(CloudWorld.Server(choices: [new("cx33", "fsn1"), new("cx33", "nbg1")]), CloudWorld.Owner, default);

        (server.Object.ServerType.Name, server.Object.Location.Name).ShouldBe(("cx33", "nbg1"));
    }

    [Fact]
    public async Task Sold_out_everywhere_is_said_with_all_that_was_tried()
    {
        await using var world = await CloudWorld.StartAsync();
        world.Fail(FaultKind.SoldOut, "POST", "/servers", times: 3);

        var failure = await Should.ThrowAsync<SoldOutException>(() =>
            world.Client.Servers.EnsureAsync(CloudWorld.Server("big", new("cx33", "fsn1"), new("ccx23", "fsn1"), new("cx33", "hel1")), CloudWorld.Owner, default));

        (failure.Code, failure.IsTransient).ShouldBe((HetznerErrors.ResourceUnavailable, false));
        failure.Message.ShouldContain("Server big cannot be made: sold out are cx33 in fsn1 (resource_unavailable), ccx23 in fsn1 (resource_unavailable), cx33 in hel1 (resource_unavailable)");
        failure.Message.ShouldContain("Add another server type or location");
        world.Cloud.Calls.Count("POST", "/servers").ShouldBe(3);
    }

    [Fact]
    public async Task A_used_up_quota_is_said_at_once()
    {
        await using var world = await CloudWorld.StartAsync();
        world.Cloud.Change(c => c.SetLimit("server", 0));

        var failure = await Should.ThrowAsync<HetznerException>(() => world.Client.Servers.EnsureAsync(CloudWorld.Server(choices: [new("cx23", "fsn1"), new("cx23", "nbg1")]), CloudWorld.Owner, default));

        failure.Code.ShouldBe(HetznerErrors.ResourceLimitExceeded);
        failure.Message.ShouldContain("quota");
        world.Cloud.Calls.Count("POST", "/servers").ShouldBe(1);
    }

    [Fact]
    public async Task A_wrong_token_and_one_that_may_only_read_are_said_at_once()
    {
        await using var world = await CloudWorld.StartAsync();
        await using var stranger = world.With("wrong");
        await using var reader = world.With(world.Cloud.ReadOnlyToken);

        (await Should.ThrowAsync<HetznerException>(() => stranger.Servers.EnsureAsync(CloudWorld.Server(), CloudWorld.Owner, default))).Message.ShouldContain("set Hetzner__Token");
        (await Should.ThrowAsync<HetznerException>(() => reader.Servers.EnsureAsync(CloudWorld.Server(), CloudWorld.Owner, default))).Message.ShouldContain("may only read");
        world.Cloud.Calls.All.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_storm_of_429_and_broken_answers_passes()
    {
        await using var world = await CloudWorld.StartAsync();
        world.Fail(FaultKind.RateLimited, "POST", "/servers", times: 2);
        world.Fail(FaultKind.Error, "POST", "/servers", times: 2);

        var server = await world.Client.Servers.EnsureAsync(CloudWorld.Server(), CloudWorld.Owner, default);

        server.Adopted.ShouldBeFalse();
        world.Cloud.Calls.Count("POST", "/servers").ShouldBe(5);
        world.Cloud.Read(c => c.Servers.Count).ShouldBe(1);
    }

    [Fact]
    public async Task A_server_that_cannot_be_made_is_an_error_with_the_words_of_its_action()
    {
        await using var world = await CloudWorld.StartAsync();
        world.Fail(FaultKind.ActionFailed, "POST", "/servers");
        var server = await world.Client.Servers.EnsureAsync(CloudWorld.Server(), CloudWorld.Owner, default);

        var failure = await Should.ThrowAsync<ActionFailedException>(() => world.Client.Actions.WaitAsync(server.Actions, default));

        failure.Code.ShouldBe("action_failed");
        failure.Message.ShouldContain($"server {server.Object.Id}");
    }

    [Fact]
    public async Task A_stuck_action_is_given_up_and_found_again()
    {
        await using var world = await CloudWorld.StartAsync();
        world.Fail(FaultKind.ActionStuck, "POST", "/servers");
        var server = await world.Client.Servers.EnsureAsync(CloudWorld.Server(), CloudWorld.Owner, default);

        (await Should.ThrowAsync<HetznerException>(() => world.Client.Actions.WaitAsync(server.Actions, default))).Code.ShouldBe(HetznerErrors.ActionStuck);

        var again = await world.Client.Servers.EnsureAsync(CloudWorld.Server(), CloudWorld.Owner, default);
        again.Actions.Select(a => a.Id).ShouldBeSubsetOf(server.Actions.Select(a => a.Id));
        again.Actions.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Ten_servers_at_once_cost_few_calls()
    {
        await using var world = await CloudWorld.StartAsync(new() { ActionTime = TimeSpan.FromSeconds(10) });

        await Task.WhenAll(Enumerable.Range(0, 10).Select(async i =>
        {
            var server = await world.Client.Servers.EnsureAsync(CloudWorld.Server($"app-{i}"), new Ownership("test", Guid.CreateVersion7()), default);
            await world.Client.Actions.WaitAsync(server.Actions, default);
        }));

        world.Cloud.Read(c => c.Servers.All.Count(s => s.Status == HetznerSimulator.Servers.ServerStatus.Running)).ShouldBe(10);
        world.Cloud.Calls.All.Count.ShouldBeLessThan(60);
    }

    [Fact]
    public async Task A_server_goes_through_its_life()
    {
        await using var world = await CloudWorld.StartAsync(new() { ActionTime = TimeSpan.FromSeconds(1) });
        var (servers, actions) = (world.Client.Servers, world.Client.Actions);
        var request = CloudWorld.Server() with { UserData = "#cloud-config\n{}", Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["role"] = "app" } };
        var made = await servers.EnsureAsync(request, CloudWorld.Owner, default);
        await actions.WaitAsync(made.Actions, default);
        var id = made.Object.Id;

        (await servers.FindAsync("app-1", default))!.Status.ShouldBe(HetznerServerStatus.Running);
        (await servers.ListAsync(LabelSelector.Is("role", "app").And(LabelSelector.Of(CloudWorld.Owner)), default).ToListAsync()).ShouldHaveSingleItem().Id.ShouldBe(id);
        (await servers.ListAsync(LabelSelector.IsNot("role", "app"), default).ToListAsync()).ShouldBeEmpty();

        await actions.WaitAsync(await servers.PowerOffAsync(id, default), default);
        (await servers.GetAsync(id, default)).Status.ShouldBe(HetznerServerStatus.Off);
        await actions.WaitAsync(await servers.PowerOnAsync(id, default), default);
        await actions.WaitAsync(await servers.RebootAsync(id, default), default);
        await actions.WaitAsync(await servers.ResetAsync(id, default), default);
        await actions.WaitAsync(await servers.ShutDownAsync(id, default), default);
        await actions.WaitAsync(await servers.RebuildAsync(id, "debian-13", "#cloud-config\n{}", default), default);
        (await servers.GetAsync(id, default)).Image!.Name.ShouldBe("debian-13");

        (await servers.SetLabelsAsync(id, CloudWorld.Owner.Labels, default)).Labels.ContainsKey("role").ShouldBeFalse();
        await actions.WaitAsync(await servers.DeleteAsync(id, default), default);
        (await servers.FindAsync("app-1", default)).ShouldBeNull();
    }

    [Fact]
    public async Task Prices_and_stock_are_read_and_never_guessed()
    {
        await using var world = await CloudWorld.StartAsync();
        world.Cloud.Change(c => c.Stock.SetSoldOut("cx33", "fsn1"));

        var pricing = await world.Client.GetPricingAsync(default);
        var type = (await world.Client.ServerTypes.FindAsync(HetznerServerTypes.Current("cx31"), default))!;

        (type.Name, type.Cores, type.Memory, type.Architecture).ShouldBe(("cx33", 4m, 8m, "x86"));
        (type.IsAvailable("fsn1"), type.IsAvailable("nbg1"), type.IsAvailable("mars")).ShouldBe((false, true, false));
        pricing.Currency.ShouldBe("EUR");
        pricing.OfServer("cx33", "nbg1")!.PriceMonthly.Gross.ShouldBeGreaterThan(pricing.OfServer("cx33", "nbg1")!.PriceMonthly.Net);
        pricing.OfServer("cx33", "mars").ShouldBeNull();
        pricing.OfPrimaryIp("ipv4", "fsn1")!.PriceHourly.Net.ShouldBeGreaterThan(0);
        (await world.Client.Locations.FindAsync("fsn1", default))!.NetworkZone.ShouldBe("eu-central");
    }
}
