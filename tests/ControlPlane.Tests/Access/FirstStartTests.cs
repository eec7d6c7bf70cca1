using System.Runtime.Versioning;
using ControlPlane.Access;
using ControlPlane.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Tests.Access;

[UnsupportedOSPlatform("windows")]
public sealed class FirstStartTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task The_first_admin_key_is_in_a_file_of_its_owners_and_nowhere_else()
    {
        File.GetUnixFileMode(host.AdminKeyFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await host.GetAsync("/v1/keys", (await File.ReadAllTextAsync(host.AdminKeyFile)).Trim())).Status.ShouldBe(200);
        host.Log.Lines.ShouldNotContain(l => l.Contains(host.AdminKey, StringComparison.Ordinal));
        host.Log.Lines.ShouldContain(l => l.Contains(host.AdminKeyFile, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nodes_that_start_at_once_make_one_key()
    {
        await host.Database.ExecuteAsync("delete from api_keys");
        var start = host.App.Services.GetRequiredService<FirstStart>();
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => start.EnsureAdminAsync(CancellationToken.None)));
        made.Count(m => m).ShouldBe(1);
        (await host.Database.ScalarAsync("select count(*) from api_keys")).ShouldBe(1L);
        var key = (await File.ReadAllTextAsync(host.AdminKeyFile)).Trim();
        (await host.GetAsync("/v1/keys", key)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task When_every_admin_key_has_expired_the_next_start_makes_one()
    {
        await host.Database.ExecuteAsync("update api_keys set expires_at = now()");
        (await host.App.Services.GetRequiredService<FirstStart>().EnsureAdminAsync(CancellationToken.None)).ShouldBeTrue();
        (await host.GetAsync("/v1/keys", (await File.ReadAllTextAsync(host.AdminKeyFile)).Trim())).Status.ShouldBe(200);
    }

    [Fact]
    public async Task The_last_admin_key_cannot_be_revoked()
    {
        await using var other = await ApiHost.StartAsync();
        (await other.PostAsync("/v1/keys/first-admin/revoke", new { })).Code.ShouldBe("last_admin_key");
        var second = await other.NewKeyAsync(Role.Admin, "second-admin");
        var third = await other.NewKeyAsync(Role.Admin, "third-admin");
        (await other.PostAsync("/v1/keys/first-admin/revoke", new { })).Status.ShouldBe(204);
        var each = await Task.WhenAll(
            other.PostAsync("/v1/keys/second-admin/revoke", new { }, second),
            other.PostAsync("/v1/keys/third-admin/revoke", new { }, third));
        each.Select(a => a.Status).Order().ShouldBe([204, 409]);
    }
}
