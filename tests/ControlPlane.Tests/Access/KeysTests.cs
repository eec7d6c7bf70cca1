using System.Diagnostics;
using System.Text.Json.Nodes;
using ControlPlane.Access;
using ControlPlane.Access.Keys;
using ControlPlane.Tests.Api;
using Support;

namespace ControlPlane.Tests.Access;

public sealed class KeysTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_key_is_shown_once_and_only_its_hash_is_stored()
    {
        var made = await host.PostAsync("/v1/keys", new { name = "shown-once", role = Role.Viewer });
        made.Status.ShouldBe(201);
        made.Headers.Location!.ToString().ShouldBe("/v1/keys/shown-once");
        var key = (string)made.Body["key"]!;
        (await host.GetAsync("/v1/plans", key)).Status.ShouldBe(200);
        var listed = (await host.GetAsync("/v1/keys?limit=500")).Text;
        listed.ShouldContain("shown-once");
        listed.ShouldContain(KeyText.PrefixOf(key)!);
        listed.ShouldNotContain(key[^20..]);
        var stored = (string)(await host.Database.ScalarAsync("select string_agg(k::text, ' ') from api_keys k"))!;
        stored.ShouldNotContain(key[^20..]);
        stored.ShouldContain(Convert.ToHexStringLower(KeyText.Hash(key)));
    }

    [Fact]
    public async Task A_revoked_key_is_refused_within_two_seconds_although_it_was_just_used()
    {
        var key = await host.NewKeyAsync(Role.Viewer, "soon-revoked");
        (await host.GetAsync("/v1/plans", key)).Status.ShouldBe(200);
        (await host.PostAsync("/v1/keys/soon-revoked/revoke", new { })).Status.ShouldBe(204);
        var since = Stopwatch.StartNew();
        await Eventually.Async(async () => (await host.GetAsync("/v1/plans", key)).Status == 401, TimeSpan.FromSeconds(5), "the key is refused");
        since.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(2));
        (await host.PostAsync("/v1/keys/soon-revoked/revoke", new { })).Code.ShouldBe("key_not_found");
        await host.NewKeyAsync(Role.Viewer, "soon-revoked");
    }

    [Fact]
    public async Task A_key_that_expires_is_refused_by_the_databases_clock()
    {
        var key = await host.NewKeyAsync(Role.Viewer, "expiring");
        (await host.GetAsync("/v1/plans", key)).Status.ShouldBe(200);
        await host.Database.ExecuteAsync("update api_keys set expires_at = now() where name = 'expiring'");
        await Eventually.Async(async () => (await host.GetAsync("/v1/plans", key)).Status == 401, TimeSpan.FromSeconds(2), "the key is refused");
        var late = await host.PostAsync("/v1/keys", new { name = "late", role = Role.Viewer, expiresAt = "2020-01-01T00:00:00Z" });
        late.Status.ShouldBe(400);
        late.Body["errors"]!["expiresAt"].ShouldNotBeNull();
    }

    [Fact]
    public async Task The_right_prefix_with_a_wrong_secret_is_refused()
    {
        var key = await host.KeyAsync(Role.Viewer);
        var wrong = key[..^1] + (key[^1] == 'a' ? 'b' : 'a');
        foreach (var presented in new[] { wrong, key[..^1], key + "a", key.ToUpperInvariant(), "cp_", "x" })
        {
            var answer = await host.GetAsync("/v1/plans", presented);
            answer.Status.ShouldBe(401, presented);
            answer.Code.ShouldBe("unauthenticated");
            answer.ContentType.ShouldBe("application/problem+json");
        }
    }

    [Fact]
    public async Task The_last_use_is_written_once_a_minute_not_once_a_request()
    {
        var key = await host.NewKeyAsync(Role.Viewer, "often-used");
        await host.GetAsync("/v1/plans", key);
        var first = await LastUseAsync();
        first["lastUsedFrom"]!.GetValue<string>().ShouldBe("127.0.0.1");
        var versions = await host.Database.ScalarAsync("select xmin::text from api_keys where name = 'often-used'");
        var since = Stopwatch.StartNew();
        await Eventually.Async(
            async () => (await host.GetAsync("/v1/plans", key)).Status == 200 && since.Elapsed > TimeSpan.FromSeconds(1.5),
            TimeSpan.FromSeconds(5),
            "used past the life of what is remembered");
        (await host.Database.ScalarAsync("select xmin::text from api_keys where name = 'often-used'")).ShouldBe(versions);

        async Task<JsonNode> LastUseAsync() =>
            (await host.GetAsync("/v1/keys?limit=500")).Body["items"]!.AsArray().Single(k => (string)k!["name"]! == "often-used")!;
    }

    [Fact]
    public async Task A_key_belongs_to_servers_that_exist_and_only_if_it_is_a_runtimes()
    {
        var unknown = await host.PostAsync("/v1/keys", new { name = "r1", role = Role.Runtime, servers = new[] { "nowhere" } });
        unknown.Status.ShouldBe(400);
        unknown.Body["errors"]!["servers"]![0]!.GetValue<string>().ShouldContain("nowhere");
        var viewer = await host.PostAsync("/v1/keys", new { name = "R 1", role = Role.Viewer, servers = new[] { "nowhere" } });
        viewer.Body["errors"]!.AsObject().Select(e => e.Key).ShouldBe(["name", "servers"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_taken_name_is_a_conflict()
    {
        await host.NewKeyAsync(Role.Viewer, "taken-name");
        var again = await host.PostAsync("/v1/keys", new { name = "taken-name", role = Role.Viewer });
        again.Status.ShouldBe(409);
        again.Code.ShouldBe("key_taken");
    }

    [Fact]
    public async Task The_list_goes_on_page_by_page()
    {
        foreach (var i in Enumerable.Range(0, 5))
        {
            await host.NewKeyAsync(Role.Viewer, $"page-{i}");
        }

        var names = new List<string>();
        for (string? next = ""; next is not null;)
        {
            var page = (await host.GetAsync($"/v1/keys?limit=2{(next.Length > 0 ? $"&after={next}" : "")}")).Body;
            page["items"]!.AsArray().Count.ShouldBeLessThanOrEqualTo(2);
            names.AddRange(page["items"]!.AsArray().Select(k => (string)k!["name"]!));
            next = (string?)page["next"];
        }

        names.ShouldBeUnique();
        names.Count(n => n.StartsWith("page-", StringComparison.Ordinal)).ShouldBe(5);
        (await host.GetAsync("/v1/keys?after=nonsense")).Status.ShouldBe(400);
        (await host.GetAsync("/v1/keys?limit=0")).Status.ShouldBe(400);
    }
}
