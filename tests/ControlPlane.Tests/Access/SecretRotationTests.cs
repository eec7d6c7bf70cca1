using ControlPlane.Access;
using ControlPlane.Access.Secrets;
using ControlPlane.Catalog;
using ControlPlane.Tests.Api;
using ControlPlane.Tests.Certificates;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Tests.Access;

public sealed class SecretRotationTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Rotation_encrypts_every_secret_again_and_each_still_opens_at_its_place()
    {
        var box = host.App.Services.GetRequiredService<SecretBox>();
        var (server, database) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var (account, certificate) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await using (var scope = host.App.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<CatalogDb>();
            db.Servers.Add(new()
            {
                Id = server, Name = "s1", Region = "here", Tier = Tier.Shared, Host = "localhost", Port = 5432,
                AdminSecret = box.Protect("admin", SecretPlaces.ServerAdmin(server)), MaxDatabases = 1, MaxConnections = 1, WarmTarget = 0,
            });
            await db.SaveChangesAsync();
            db.Databases.Add(new() { Id = database, ServerId = server, Name = "t", PasswordSecret = box.Protect("password", SecretPlaces.DatabasePassword(database)) });
            db.Databases.Add(new() { ServerId = server, Name = "gone", PasswordSecret = "" });
            db.AcmeAccounts.Add(new() { Id = account, Directory = "https://ca.example.com", KeySecret = box.Protect("account", SecretPlaces.AcmeAccountKey(account)) });
            var row = db.Certificates.Add(new() { Id = certificate, Names = ["example.com"], Challenge = ChallengeKind.Dns01 }).Entity;
            row.Issue(SelfMade.For("example.com"), box.Protect("key", SecretPlaces.CertificateKey(certificate)), DateTimeOffset.UnixEpoch);
            await db.SaveChangesAsync();
        }

        var rotated = await host.PostAsync("/v1/secrets/rotate", new { });
        rotated.Status.ShouldBe(200, rotated.Text);
        rotated.Body["renewed"]!.GetValue<int>().ShouldBe(4, rotated.Text);
        await using (var scope = host.App.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<CatalogDb>();
            var admin = (await db.Servers.SingleAsync()).AdminSecret;
            var password = (await db.Databases.SingleAsync(d => d.Id == database)).PasswordSecret;
            admin.ShouldStartWith($"v1.{rotated.Body["key"]}.");
            box.Unprotect(admin, SecretPlaces.ServerAdmin(server)).ShouldBe("admin");
            box.Unprotect(password, SecretPlaces.DatabasePassword(database)).ShouldBe("password");
            box.Unprotect((await db.AcmeAccounts.SingleAsync()).KeySecret, SecretPlaces.AcmeAccountKey(account)).ShouldBe("account");
            box.Unprotect((await db.Certificates.SingleAsync()).KeySecret, SecretPlaces.CertificateKey(certificate)).ShouldBe("key");
        }

        (await host.PostAsync("/v1/secrets/rotate", new { }, await host.KeyAsync(Role.Operator))).Status.ShouldBe(403);
    }
}
