using ControlPlane.Catalog;
using ControlPlane.Certificates;
using ControlPlane.Operations;
using ControlPlane.Servers.Machines;
using ControlPlane.Servers.Provisioning;
using ControlPlane.Start;
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
    private int owners;
    private Machine? shared;

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
    /// <param name="tenant">Whose; null is <see cref="Tenant"/>.</param>
    public async Task<Guid> AddAsync(string name, Guid? tenant = null)
    {
        var domain = new Domain { Name = name, TenantId = tenant ?? Tenant.Id };
        await using (var db = await World.OpenCatalogAsync())
        {
            db.Domains.Add(domain);
            await db.SaveChangesAsync();
        }

        return await World.AddAsync<DomainAddition>(domain.Id, name, new { });
    }

    /// <summary>A domain that is served.</summary>
    /// <param name="tenant">Whose; null is <see cref="Tenant"/>.</param>
    /// <param name="address">Of its machine.</param>
    public async Task<Domain> ServeAsync(Guid? tenant = null, string address = "127.0.0.1")
    {
        var name = NewName();
        await LeadAsync(name, address);
        await FinishAsync(await AddAsync(name, tenant));
        return await World.ReadAsync(db => db.Domains.SingleAsync(d => d.Name == name));
    }

    /// <summary>A tenant on a machine that others use too, whose web server is ours.</summary>
    public async Task<(Tenant Tenant, Machine Machine)> NewSharedTenantAsync()
    {
        if (shared is null)
        {
            shared = await AddAsync(db => World.Get<NewMachine>().Add(db, Tier.Shared, RegisterEmbeddedServer.Region, tenant: null));
            await FinishAsync(await World.AddAsync<ServerProvisioning>(shared.Id, shared.Name, new { }));
            shared = await World.ReadAsync(db => db.Machines.SingleAsync(m => m.Id == shared.Id));
        }

        var tenant = await AddAsync(db => db.Tenants.Add(new Tenant
        {
            Slug = $"owner-{Interlocked.Increment(ref owners)}", Plan = "starter", Tier = Tier.Shared, Region = RegisterEmbeddedServer.Region,
        }).Entity);
        await FinishAsync(await World.AddAsync<TenantOnboarding>(tenant.Id, tenant.Slug, new { }));
        return (await World.TenantAsync(tenant.Id), shared);
    }

    /// <summary>
    /// What must be true whatever has happened: just those machines show a domain where its tenant lives or may still go back to, and the
    /// catalog has certificates for what is shown.
    /// </summary>
    public async Task AssertInStepAsync()
    {
        if (Edge is null)
        {
            return;
        }

        var wanted = new List<(Guid Machine, string Domain)>();
        foreach (var domain in await World.ReadAsync(db => db.Domains.Where(d => d.State == DomainState.Served).ToListAsync()))
        {
            wanted.AddRange((await World.ReadAsync(db => DomainEdges.ReadAsync(db, domain.TenantId, Edge, CancellationToken.None))).All.Select(m => (m.Id, domain.Name)));
        }

        Edge.Places.ShouldBe(wanted, ignoreOrder: true);
        (await World.ReadAsync(db => db.Certificates.ToListAsync())).Select(c => c.Names[0]).ShouldBe(wanted.Select(w => w.Domain).Distinct(StringComparer.Ordinal), ignoreOrder: true);
    }

    /// <summary>What the chore starts is worked on.</summary>
    public async Task RenewAsync()
    {
        await World.Get<IEnumerable<Chore>>().OfType<RenewDomains>().Single().RunAsync(CancellationToken.None);
        foreach (var operation in await World.ReadAsync(db => db.Operations.Where(o => o.FinishedAt == null).Select(o => o.Id).ToListAsync()))
        {
            await World.RunAsync(operation);
        }
    }

    /// <summary>Makes its certificate look as if it had so many days of 90 left.</summary>
    public Task AgeAsync(string name, int daysLeft) =>
        World.ExecuteAsync($"update certificates set not_before = now() - interval '90 days' + interval '{daysLeft} days', not_after = now() + interval '{daysLeft} days' where '{name}' = any(names)");

    public Task<CurrentCertificate?> CertificateOfAsync(string name) => World.Get<CertificateStore>().FindAsync([name], CancellationToken.None);

    private async Task<T> AddAsync<T>(Func<CatalogDb, T> add)
    {
        await using var db = await World.OpenCatalogAsync();
        var added = add(db);
        await db.SaveChangesAsync();
        return added;
    }

    private async Task FinishAsync(Guid operation)
    {
        var wanted = World.Mishap;
        World.Mishap = (_, effect) => effect();
        var ended = await World.RunAsync(operation);
        ended.State.ShouldBe(OperationState.Done, ended.Error);
        World.Mishap = wanted;
    }
}
