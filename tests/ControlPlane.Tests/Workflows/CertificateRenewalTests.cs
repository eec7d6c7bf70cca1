using ControlPlane.Access.Secrets;
using ControlPlane.Catalog;
using ControlPlane.Certificates;
using ControlPlane.Operations;
using ControlPlane.Tests.Certificates;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Provisioner.Dns;
using Provisioner.Hetzner;
using Support.Acme;

namespace ControlPlane.Tests.Workflows;

/// <summary>Against a real authority; where none can run here, with what another worker has obtained already.</summary>
public sealed class CertificateRenewalTests(WorkflowWorld world) : WorkflowContract<CertificateRenewal>(world), IAsyncLifetime
{
    private static readonly string[] Names = ["*.example.com", "example.com"];

    private AuthorityWorld? authority;

    public async Task InitializeAsync()
    {
        if (Pebble.WhyNot() is null)
        {
            authority = await AuthorityWorld.StartAsync();
            await World.ExtendAsync(authority.Settings, authority.Register);
            return;
        }

        // Nobody asks this one anything.
        var hetzner = new HetznerClient(new HetznerOptions { Token = "none", Endpoint = new Uri("http://127.0.0.1:9/v1") });
        await World.ExtendAsync([("Dns:Zone", "example.com")], services => services.AddSingleton(hetzner).AddSingleton<IDnsProvider, HetznerDns>());
    }

    public async Task DisposeAsync()
    {
        if (authority is not null)
        {
            await authority.DisposeAsync();
        }
    }

    [PebbleFact]
    public async Task A_record_that_is_wrong_stops_for_an_operator_in_words_and_the_old_certificate_stays()
    {
        var operation = await ArrangeAsync();
        authority!.Dns.IsBroken = true;
        // Pebble takes an old proof of an account for a new one once in a hundred times, whatever it is told.
        await World.ExecuteAsync("delete from acme_accounts");

        var stopped = await World.RunAsync(operation);

        stopped.State.ShouldBe(OperationState.NeedsOperator);
        stopped.Error.ShouldNotBeNull().ShouldContain("could not verify example.com by dns-01");
        (await World.Get<CertificateStore>().FindAsync(Names, default))!.Revision.ShouldBe(await AskedAsync(operation));
        authority.Dns.IsBroken = false;
        await World.RetryAsync(operation);
        await EndsAsync(operation, OperationState.Done);
    }

    protected override async Task<Guid> ArrangeAsync()
    {
        if (authority is null)
        {
            return await AddAsync(await PlantAsync(), revision: 0);
        }

        var current = await World.Get<CertificateStore>().EnsureAsync(Names, World.Get<DnsChallenges>().Solver(), CancellationToken.None);
        return await AddAsync(current.Id, current.Revision);
    }

    protected override async Task AssertDoneAsync(Operation operation)
    {
        var certificate = await World.ReadAsync(db => db.Certificates.SingleAsync(c => c.Id == operation.SubjectId));
        certificate.Revision.ShouldBe(await AskedAsync(operation.Id) + 1, "a step that is done twice is done once");
    }

    private Task<Guid> AddAsync(Guid certificate, int revision) => World.AddAsync<CertificateRenewal>(certificate, Names[0], new CertificateRenewal.Request(revision));

    /// <summary>A certificate of its own making in the catalog.</summary>
    private async Task<Guid> PlantAsync()
    {
        var certificate = new Certificate { Names = [$"{Guid.CreateVersion7():N}.example.com"], Challenge = ChallengeKind.Dns01 };
        var issued = SelfMade.For(certificate.Names[0]);
        certificate.Issue(issued, World.Get<SecretBox>().Protect(issued.RevealPrivateKey(), SecretPlaces.CertificateKey(certificate.Id)), issued.NotBefore);
        await using var db = await World.OpenCatalogAsync();
        db.Certificates.Add(certificate);
        await db.SaveChangesAsync();
        return certificate.Id;
    }

    private Task<int> AskedAsync(Guid operation) =>
        World.ReadAsync(db => db.Database.SqlQuery<int>($"select (input ->> 'revision')::int as \"Value\" from operations where id = {operation}").SingleAsync());
}
