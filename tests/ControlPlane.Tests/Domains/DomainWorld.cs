using ControlPlane.Catalog;
using ControlPlane.Certificates;
using ControlPlane.Operations;
using ControlPlane.Servers.Machines;
using ControlPlane.Tenants.Domains;
using ControlPlane.Tenants.Onboarding;
using ControlPlane.Tests.Certificates;
using ControlPlane.Tests.Workflows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Provisioner;
using Provisioner.Dns;
using Support.Acme;

namespace ControlPlane.Tests.Domains;

/// <summary>
/// A tenant with a machine of its own and a web server there, an authority that looks at it, and a zone that the tests write to. Where
/// no authority can run, the machine has no web server and TLS ends elsewhere.
/// </summary>
public sealed class DomainWorld : IAsyncLifetime
{
    /// <summary>Of <see cref="AuthorityWorld"/>: to the control plane it is a customer's.</summary>
    public const string Zone = AuthorityWorld.Zone;

    public static readonly Ownership Customer = new("customer", Guid.CreateVersion7());

    private WorkflowWorld? world;
    private int domains;

    /// <summary>Null where pebble cannot be had.</summary>
    public AuthorityWorld? Authority { get; private set; }

    public EdgeInMemory? Edge { get; private set; }

    public Tenant Tenant { get; private set; } = null!;

    private WorkflowWorld World => world!;

    public async Task InitializeAsync()
    {
        if (Pebble.WhyNot() is null)
        {
            Authority = await AuthorityWorld.StartAsync();
            Edge = await EdgeInMemory.StartAsync(Authority.Authority.HttpPort);
        }
    }

    public async Task DisposeAsync()
    {
        if (Authority is not null)
        {
            await Edge!.DisposeAsync();
            await Authority.DisposeAsync();
        }
    }

    /// <summary>Makes the world know it all, once.</summary>
    public async Task PrepareAsync(WorkflowWorld wanted)
    {
        if (world is not null)
        {
            return;
        }

        world = wanted;
        if (Edge is not null)
        {
            await World.ExtendAsync([.. Authority!.Settings.Where(s => s.Name != "Dns:Zone"), ("Dns:Resolver", $"{Authority.Names}")], services => services.AddSingleton<IMachineProvider>(s =>
            {
                Edge.Machines = s.GetRequiredService<LocalMachines>();
                return Edge;
            }));
        }

        Tenant = await World.NewDedicatedTenantAsync();
        await FinishAsync(await World.AddAsync<DedicatedOnboarding>(Tenant.Id, Tenant.Slug, new { }));
    }

    /// <summary>A name that nobody had before, which does not lead anywhere yet.</summary>
    public string NewName() => $"shop-{Interlocked.Increment(ref domains)}.{Zone}";

    /// <summary>The customer sets a record.</summary>
    public Task LeadAsync(string name, string value = "127.0.0.1", RecordType type = RecordType.A) => Authority is null
        ? Task.CompletedTask
        : Authority.Dns.EnsureAsync(new RecordSet(new RecordName(Zone, name[..^(Zone.Length + 1)], type), [value]), Customer, CancellationToken.None);

    /// <summary>A domain that has just been asked for.</summary>
    public async Task<Guid> AddAsync(string name)
    {
        var domain = new Domain { Name = name, TenantId = Tenant.Id };
        await using (var db = await World.OpenCatalogAsync())
        {
            db.Domains.Add(domain);
            await db.SaveChangesAsync();
        }

        return await World.AddAsync<DomainAddition>(domain.Id, name, new { });
    }

    /// <summary>A domain that is served.</summary>
    public async Task<Domain> ServeAsync()
    {
        var name = NewName();
        await LeadAsync(name);
        await FinishAsync(await AddAsync(name));
        return await World.ReadAsync(db => db.Domains.SingleAsync(d => d.Name == name));
    }

    /// <summary>What must be true whatever has happened: the machine shows what runtimes know, and the catalog has certificates for just that.</summary>
    public async Task AssertInStepAsync()
    {
        var served = await World.ReadAsync(db => db.Domains.Where(d => d.State == DomainState.Served).Select(d => d.Name).ToListAsync());
        if (Edge is not null)
        {
            Edge.Shown.Keys.ShouldBe(served, ignoreOrder: true);
            (await World.ReadAsync(db => db.Certificates.ToListAsync())).Select(c => c.Names[0]).ShouldBe(served, ignoreOrder: true);
        }
    }

    public Task<CurrentCertificate?> CertificateOfAsync(string name) => World.Get<CertificateStore>().FindAsync([name], CancellationToken.None);

    private async Task FinishAsync(Guid operation)
    {
        var wanted = World.Mishap;
        World.Mishap = (_, effect) => effect();
        var ended = await World.RunAsync(operation);
        ended.State.ShouldBe(OperationState.Done, ended.Error);
        World.Mishap = wanted;
    }
}
