using ControlPlane.Catalog;
using ControlPlane.Certificates;
using ControlPlane.Operations;
using ControlPlane.Tests.Api;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Provisioner.Acme;
using Support.Acme;

namespace ControlPlane.Tests.Certificates;

/// <summary>A control plane that has an authority and a zone; without them where pebble cannot run.</summary>
public sealed class CertificateHost : IAsyncLifetime
{
    public AuthorityWorld World { get; private set; } = null!;

    public ApiHost Host { get; private set; } = null!;

    public CertificateStore Store => Get<CertificateStore>();

    public IChallengeSolver ByDns => Get<DnsChallenges>().Solver();

    public T Get<T>()
        where T : notnull => Host.App.Services.GetRequiredService<T>();

    public async Task InitializeAsync()
    {
        if (Pebble.WhyNot() is null)
        {
            World = await AuthorityWorld.StartAsync();
            Host = new ApiHost { MoreServices = World.Register };
            foreach (var (name, value) in World.Settings)
            {
                Host.Settings[name] = value;
            }

            await Host.InitializeAsync();
        }
    }

    public async Task DisposeAsync()
    {
        if (World is not null)
        {
            await Host.DisposeAsync();
            await World.DisposeAsync();
        }
    }

    public Task<CurrentCertificate> EnsureAsync(params string[] names) => Store.EnsureAsync(names, ByDns, CancellationToken.None);

    /// <summary>Makes a certificate look as if it had so many days of 90 left.</summary>
    public Task AgeAsync(Guid id, int daysLeft) =>
        Host.Database.ExecuteAsync($"update certificates set not_before = now() - interval '90 days' + interval '{daysLeft} days', not_after = now() + interval '{daysLeft} days' where id = '{id}'");

    /// <summary>
    /// From now on no proof succeeds. The account goes too: pebble takes an old proof of an account for a new one once in a hundred
    /// times, whatever it is told.
    /// </summary>
    public async Task BreakProofsAsync()
    {
        World.Dns.IsBroken = true;
        await Host.Database.ExecuteAsync("delete from acme_accounts");
    }

    public async Task<Certificate> RowAsync(Guid id)
    {
        await using var db = await Get<IDbContextFactory<CatalogDb>>().CreateDbContextAsync();
        return await db.Certificates.AsNoTracking().SingleAsync(c => c.Id == id);
    }

    public Task RenewDueAsync() => Get<IEnumerable<Chore>>().OfType<RenewDueCertificates>().Single().RunAsync(CancellationToken.None);
}
