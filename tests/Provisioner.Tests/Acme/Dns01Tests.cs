using System.Security.Cryptography.X509Certificates;
using Provisioner.Acme;
using Provisioner.Dns;
using Provisioner.Tests.Hetzner;
using Support.Acme;

namespace Provisioner.Tests.Acme;

/// <summary>Certificates by text records in a zone at the simulated Hetzner.</summary>
public sealed class Dns01Tests
{
    [PebbleFact]
    public async Task A_wildcard_and_its_base_name_are_proven_by_two_values_in_one_record_set_which_is_gone_afterwards()
    {
        await using var world = await AcmeWorld.StartAsync();
        var watched = new WatchedDns(world.Dns);

        var issued = await world.Client.ObtainAsync(["*.example.com", "example.com", "*.app.example.com"], world.ByDns(watched), default);

        issued.Names.ShouldBe(["*.app.example.com", "*.example.com", "example.com"]);
        watched.Made.Select(s => (s.Name.Host, s.Values.Count)).ShouldBe([("_acme-challenge.example.com", 2), ("_acme-challenge.app.example.com", 1)], ignoreOrder: true);
        (await world.ProofsAsync()).ShouldBeEmpty();
        using var leaf = X509Certificate2.CreateFromPem(issued.ChainPem, issued.RevealPrivateKey());
        leaf.HasPrivateKey.ShouldBeTrue();
        leaf.MatchesHostname("tenant.app.example.com").ShouldBeTrue();
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(issued.ChainPem);
        chain.Count.ShouldBeGreaterThan(1);
        chain[1].SubjectName.RawData.ShouldBe(leaf.IssuerName.RawData);
        issued.NotBefore.ShouldBeLessThan(TimeProvider.System.GetUtcNow().AddMinutes(1));
        issued.NotAfter.ShouldBeGreaterThan(TimeProvider.System.GetUtcNow().AddDays(1));
    }

    [PebbleFact]
    public async Task A_wrong_record_is_an_error_in_words_and_is_taken_away_all_the_same()
    {
        await using var world = await AcmeWorld.StartAsync();
        var wrong = new WatchedDns(world.Dns, set => new RecordSet(set.Name, ["wrong"], set.Ttl));

        var failure = await Should.ThrowAsync<AcmeException>(() => world.Client.ObtainAsync(["*.app.example.com"], world.ByDns(wrong), default));

        failure.Code.ShouldBe(AcmeErrors.Unauthorized);
        failure.IsTransient.ShouldBeFalse();
        failure.Message.ShouldContain("could not verify app.example.com by dns-01");
        failure.Message.ShouldContain("Look whether");
        (await world.ProofsAsync()).ShouldBeEmpty();
    }

    [PebbleFact]
    public async Task Whoever_gives_up_leaves_no_record()
    {
        await using var world = await AcmeWorld.StartAsync();
        using var cancel = new CancellationTokenSource();
        var watched = new WatchedDns(world.Dns, set =>
        {
            cancel.CancelAfter(TimeSpan.FromMilliseconds(200));
            return set;
        });
        var slow = new Dns01Solver(watched, AcmeWorld.Zone, CloudWorld.Owner, settle: TimeSpan.FromMinutes(1));

        await Should.ThrowAsync<OperationCanceledException>(() => world.Client.ObtainAsync(["example.com"], slow, cancel.Token));

        watched.Made.ShouldHaveSingleItem();
        (await world.ProofsAsync()).ShouldBeEmpty();
    }

    [PebbleFact]
    public async Task A_record_that_a_killed_attempt_left_is_replaced()
    {
        await using var world = await AcmeWorld.StartAsync();
        await world.Dns.EnsureAsync(new RecordSet(new RecordName(AcmeWorld.Zone, "_acme-challenge", RecordType.TXT), ["of an earlier attempt"]), CloudWorld.Owner, default);

        (await world.Client.ObtainAsync(["example.com"], world.ByDns(), default)).Names.ShouldBe(["example.com"]);

        (await world.ProofsAsync()).ShouldBeEmpty();
    }

    [PebbleFact]
    public async Task A_record_of_somebody_else_stays_and_the_others_are_taken_back()
    {
        await using var world = await AcmeWorld.StartAsync();
        var other = new Ownership("test", Guid.CreateVersion7());
        await world.Dns.EnsureAsync(new RecordSet(new RecordName(AcmeWorld.Zone, "_acme-challenge.b", RecordType.TXT), ["of somebody else"]), other, default);

        var failure = await Should.ThrowAsync<ForeignObjectException>(() => world.Client.ObtainAsync(["a.example.com", "b.example.com", "c.example.com"], world.ByDns(), default));

        failure.Message.ShouldContain("_acme-challenge.b.example.com");
        (await world.ProofsAsync()).ShouldHaveSingleItem().Owner.ShouldBe(other);
        world.Log.Lines.ShouldHaveSingleItem().ShouldContain("b.example.com");
    }

    [PebbleFact]
    public async Task A_name_outside_the_zone_is_refused_before_anything_is_written()
    {
        await using var world = await AcmeWorld.StartAsync();

        var failure = await Should.ThrowAsync<AcmeException>(() => world.Client.ObtainAsync(["shop.example.org"], world.ByDns(), default));

        failure.Code.ShouldBe(AcmeErrors.OutsideZone);
        failure.Message.ShouldContain("shop.example.org");
        failure.Message.ShouldContain("HTTP-01");
        world.Log.Lines.ShouldBeEmpty();
    }
}
