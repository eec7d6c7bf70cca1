using System.Security.Cryptography;
using ControlPlane.Access;
using ControlPlane.Operations;
using ControlPlane.Releases;
using ControlPlane.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Tests.Releases;

public sealed class ReleaseTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_published_archive_comes_back_as_it_was_and_the_audit_trail_tells_who_published_it()
    {
        var (archive, sha256) = NewArchive(megabytes: 3);
        (await UploadAsync(sha256, archive)).Status.ShouldBe(201);
        (await UploadAsync(sha256, archive)).Status.ShouldBe(200, "it is there already");
        (await host.PostAsync("/v1/releases", new { name = "whole", sha256, program = "Crm" })).Status.ShouldBe(201);

        var fetched = await host.App.Services.GetRequiredService<ReleaseStore>().FetchNewestAsync(CancellationToken.None);

        (await File.ReadAllBytesAsync(fetched!.Path)).ShouldBe(archive);
        var listed = (await host.GetAsync("/v1/releases")).Body["items"]!.AsArray().Single(r => (string?)r!["name"] == "whole")!;
        ((string?)listed["sha256"], (long?)listed["bytes"]).ShouldBe((sha256, archive.LongLength));
        (await host.Database.ScalarAsync("select count(*) from audit_entries where subject = 'releases/whole'")).ShouldBe(1L);
        (await host.PostAsync("/v1/releases", new { name = "whole", sha256, program = "Crm" })).Status.ShouldBe(409);
    }

    [Fact]
    public async Task What_is_not_what_it_says_or_breaks_off_leaves_nothing()
    {
        var (archive, sha256) = NewArchive(megabytes: 2);
        archive[^1] ^= 1;

        var damaged = await UploadAsync(sha256, archive);

        (damaged.Status, damaged.Code).ShouldBe((422, "archive_damaged"));
        using var broken = new HttpRequestMessage(HttpMethod.Put, $"/v1/releases/archives/{sha256}") { Content = new StreamContent(new BrokenStream(archive)) };
        await Should.ThrowAsync<HttpRequestException>(() => UploadAsync(broken));
        (await ArchivesAsync(sha256)).ShouldBe(0L);
        (await host.PostAsync("/v1/releases", new { name = "damaged", sha256, program = "Crm" })).Code.ShouldBe("archive_missing");
    }

    [Fact]
    public async Task All_that_is_wrong_with_a_release_is_said_at_once_and_only_operators_publish()
    {
        var refused = await host.PostAsync("/v1/releases", new { name = "../x", sha256 = "7", program = "bin/x" });
        refused.Status.ShouldBe(400);
        refused.Body["errors"]!.AsObject().Select(e => e.Key).ShouldBe(["name", "sha256", "program"], ignoreOrder: true);

        var (archive, sha256) = NewArchive(megabytes: 1);
        (await UploadAsync("7", archive)).Status.ShouldBe(400);
        (await UploadAsync(sha256, archive, await host.KeyAsync(Role.Viewer))).Status.ShouldBe(403);
        (await ArchivesAsync(sha256)).ShouldBe(0L);
    }

    [Fact]
    public async Task An_archive_that_nobody_named_is_forgotten_after_a_day()
    {
        var (archive, sha256) = NewArchive(megabytes: 1);
        var (named, namedSha256) = NewArchive(megabytes: 1);
        await UploadAsync(sha256, archive);
        await UploadAsync(namedSha256, named);
        await host.PostAsync("/v1/releases", new { name = "kept", sha256 = namedSha256, program = "Crm" });
        var chore = host.App.Services.GetServices<Chore>().OfType<ForgetUnnamedArchives>().Single();

        await chore.RunAsync(CancellationToken.None);
        (await ArchivesAsync(sha256)).ShouldBe(1L, "somebody may be about to name it");
        await host.Database.ExecuteAsync("update release_archives set created_at = now() - interval '2 days'");
        await chore.RunAsync(CancellationToken.None);

        (await ArchivesAsync(sha256), await ArchivesAsync(namedSha256)).ShouldBe((0L, 1L));
    }

    private static (byte[] Content, string Sha256) NewArchive(int megabytes)
    {
        var content = RandomNumberGenerator.GetBytes((megabytes << 20) + 17);
        return (content, Convert.ToHexStringLower(SHA256.HashData(content)));
    }

    private async Task<ApiHost.Answer> UploadAsync(string sha256, byte[] content, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/v1/releases/archives/{sha256}") { Content = new ByteArrayContent(content) };
        return await UploadAsync(request, key);
    }

    private Task<ApiHost.Answer> UploadAsync(HttpRequestMessage request, string? key = null)
    {
        request.Headers.Authorization = new("Bearer", key ?? host.AdminKey);
        return host.SendAsync(request);
    }

    private async Task<long> ArchivesAsync(string sha256) => (long)(await host.Database.ScalarAsync($"select count(*) from release_archives where sha256 = '{sha256}'"))!;

    /// <summary>Ends in the middle with an error.</summary>
    private sealed class BrokenStream(byte[] content) : MemoryStream(content)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position > Length / 2 ? throw new IOException("The line was cut.") : await base.ReadAsync(buffer, cancellationToken);
    }
}
