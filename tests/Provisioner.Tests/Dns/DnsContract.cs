using Provisioner.Dns;

namespace Provisioner.Tests.Dns;

/// <summary>What every DNS provider promises.</summary>
public abstract class DnsContract
{
    protected const string Zone = "example.com";

    protected static Ownership Owner { get; } = new("test", Guid.CreateVersion7());

    protected static Ownership Other { get; } = new("test", Guid.CreateVersion7());

    protected static TimeSpan FiveMinutes { get; } = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData("@", RecordType.A, "192.0.2.1")]
    [InlineData("app", RecordType.AAAA, "2001:db8:0:0::1")]
    [InlineData("*.app", RecordType.A, "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4")]
    [InlineData("www", RecordType.CNAME, "App.Example.com.")]
    [InlineData("_acme-challenge.app", RecordType.TXT, "one", "two \"quoted\" with a \\ and ü")]
    public async Task What_is_asked_for_is_there_and_asking_again_changes_nothing(string name, RecordType type, params string[] values)
    {
        await using var world = await StartAsync();
        var set = new RecordSet(new RecordName(Zone, name, type), values, TimeSpan.FromMinutes(2));

        await world.Dns.EnsureAsync(set, Owner, default);
        await world.Dns.EnsureAsync(set, Owner, default);

        var found = await OnlyAsync(world);
        (found.Owner, found.Set.Name, found.Set.Ttl).ShouldBe((Owner, set.Name, set.Ttl));
        found.Set.Values.ShouldBe(set.Values);
    }

    [Fact]
    public async Task Values_and_time_to_live_are_brought_in_line()
    {
        await using var world = await StartAsync();
        var name = new RecordName(Zone, "app", RecordType.A);
        await world.Dns.EnsureAsync(new RecordSet(name, ["192.0.2.1", "192.0.2.2", "192.0.2.3"]), Owner, default);

        await world.Dns.EnsureAsync(new RecordSet(name, ["192.0.2.3", "192.0.2.4"], TimeSpan.FromHours(1)), Owner, default);

        var found = (await OnlyAsync(world)).Set;
        found.Values.ShouldBe(["192.0.2.3", "192.0.2.4"]);
        found.Ttl.ShouldBe(TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task A_text_longer_than_a_piece_comes_back_whole()
    {
        await using var world = await StartAsync();
        var text = string.Concat(Enumerable.Range(0, 200).Select(i => $"v={i};"));

        await world.Dns.EnsureAsync(new RecordSet(new RecordName(Zone, "@", RecordType.TXT), [text]), Owner, default);

        (await OnlyAsync(world)).Set.Values.ShouldBe([text]);
    }

    [Fact]
    public async Task Records_of_somebody_else_are_neither_changed_nor_removed()
    {
        await using var world = await StartAsync();
        var name = new RecordName(Zone, "app", RecordType.A);
        await world.Dns.EnsureAsync(new RecordSet(name, ["192.0.2.1"]), Other, default);

        var failure = await Should.ThrowAsync<ForeignObjectException>(() => world.Dns.EnsureAsync(new RecordSet(name, ["192.0.2.2"]), Owner, default));
        await Should.ThrowAsync<ForeignObjectException>(() => world.Dns.RemoveAsync(name, Owner, default));

        failure.Message.ShouldContain("A app.example.com");
        var found = await OnlyAsync(world);
        (found.Owner, found.Set.Values.Single()).ShouldBe((Other, "192.0.2.1"));
    }

    [Fact]
    public async Task Records_that_people_made_are_neither_changed_nor_removed_nor_listed()
    {
        await using var world = await StartAsync();
        var name = new RecordName(Zone, "app", RecordType.A);
        await world.AddByHandAsync("app", "192.0.2.1");

        await Should.ThrowAsync<ForeignObjectException>(() => world.Dns.EnsureAsync(new RecordSet(name, ["192.0.2.1"]), Owner, default));
        await Should.ThrowAsync<ForeignObjectException>(() => world.Dns.RemoveAsync(name, Owner, default));

        (await world.Dns.ListAsync(Zone, "test", default).ToListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Removing_twice_is_removing_once_and_leaves_the_others()
    {
        await using var world = await StartAsync();
        await world.Dns.EnsureAsync(new RecordSet(new RecordName(Zone, "app", RecordType.A), ["192.0.2.1", "192.0.2.2"]), Owner, default);
        await world.Dns.EnsureAsync(new RecordSet(new RecordName(Zone, "app", RecordType.AAAA), ["2001:db8::1"]), Owner, default);

        await world.Dns.RemoveAsync(new RecordName(Zone, "app", RecordType.A), Owner, default);
        await world.Dns.RemoveAsync(new RecordName(Zone, "app", RecordType.A), Owner, default);

        (await OnlyAsync(world)).Set.Name.Type.ShouldBe(RecordType.AAAA);
    }

    [Fact]
    public async Task A_lost_answer_leaves_what_was_asked_for()
    {
        await using var world = await StartAsync();
        world.LoseNextCreation();

        await world.Dns.EnsureAsync(new RecordSet(new RecordName(Zone, "app", RecordType.A), ["192.0.2.1", "192.0.2.2"]), Owner, default);

        (await OnlyAsync(world)).Set.Values.ShouldBe(["192.0.2.1", "192.0.2.2"]);
    }

    [Fact]
    public async Task Another_installation_is_not_listed()
    {
        await using var world = await StartAsync();
        await world.Dns.EnsureAsync(new RecordSet(new RecordName(Zone, "a", RecordType.A), ["192.0.2.1"]), new Ownership("test-2", Guid.CreateVersion7()), default);

        (await world.Dns.ListAsync(Zone, "test", default).ToListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_zone_that_is_not_there_is_named()
    {
        await using var world = await StartAsync();

        var failure = await Should.ThrowAsync<ApiException>(() => world.Dns.EnsureAsync(new RecordSet(new RecordName("nowhere.org", "app", RecordType.A), ["192.0.2.1"]), Owner, default));

        failure.IsTransient.ShouldBeFalse();
        failure.Message.ShouldContain("nowhere.org");
    }

    private protected abstract Task<DnsWorld> StartAsync();

    private static async Task<OwnedRecordSet> OnlyAsync(DnsWorld world) => (await world.Dns.ListAsync(Zone, "test", default).ToListAsync()).ShouldHaveSingleItem();
}
