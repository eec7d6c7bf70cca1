using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using ControlPlane.Servers;
using ControlPlane.Servers.Machines;
using ControlPlane.Start;
using ControlPlane.Tenants.Domains;
using ControlPlane.Tenants.Onboarding;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants;

/// <summary>Onboards a customer: from here to the first served request without another call.</summary>
/// <param name="Slug">The label of its host name.</param>
/// <param name="Plan">Name of a plan.</param>
/// <param name="Tier">A place on a shared server, or a server of its own.</param>
/// <param name="Region">Null chooses the only region there is.</param>
/// <param name="Domains">Host names of its own. Where machines are bought each is added by an operation of its own, as soon as its DNS leads here; else TLS ends elsewhere, and they are served at once.</param>
/// <param name="Ring">Who goes first when something new goes over the fleet: the lowest.</param>
[Requires(Role.Operator, Role.Billing)]
public sealed record CreateTenant(
    string Slug, string Plan, Tier Tier = Tier.Shared, string? Region = null, IReadOnlyList<string>? Domains = null, int Ring = TenantRing.Usual)
    : Command<CreateTenant.Created>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<CreateTenant, Created>(HttpMethod.Post, "/tenants");

    public override string Subject() => $"tenants/{Slug}";

    public override string? Tenant() => Slug;

    /// <param name="Url">Where its people will find it.</param>
    public sealed record Created(Guid Operation, Guid Id, string Slug, string Url) : Accepted(Operation);

    internal sealed class Handler(
        CatalogDb db, OperationStart start, Placement placement, IMachineProvider machines, ControlPlaneSettings settings)
        : IRequestHandler<CreateTenant, Created>
    {
        public async Task<Created> Handle(CreateTenant request, CancellationToken cancellationToken)
        {
            var domains = request.Domains ?? [];
            var region = await CheckAsync(request, domains, cancellationToken);
            await RequireFreeAsync(request.Slug, domains, cancellationToken);

            // A warm database knows its first tenant's id already; then nothing is left to do on its server.
            var warm = await placement.FindWarmAsync(db, request.Tier, region, cancellationToken);
            var tenant = new Tenant
            {
                Id = warm?.MadeFor ?? Guid.CreateVersion7(), Slug = request.Slug, Plan = request.Plan, Tier = request.Tier, Region = region, Ring = request.Ring,
            };
            db.Tenants.Add(tenant);
            await AddDomainsAsync(tenant, domains, cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
            warm?.ReserveFor(tenant.Id);
            tenant.DatabaseId = warm?.Id;
            var input = new { request.Plan, request.Tier, region, domains };
            var operation = GetsMachine(request)
                ? await start.OfAsync<DedicatedOnboarding>(tenant.Id, tenant.Slug, input, cancellationToken)
                : await start.OfAsync<TenantOnboarding>(tenant.Id, tenant.Slug, input, cancellationToken);
            return new(operation, tenant.Id, tenant.Slug, settings.TenantUrlOf(tenant.Slug));
        }

        /// <summary>Some checks need the catalog or the settings; all faults are named together, so all are made here.</summary>
        private async Task<string> CheckAsync(CreateTenant request, IReadOnlyList<string> domains, CancellationToken ct)
        {
            var faults = TenantName.SlugFaults(request.Slug).Concat(ChangeRing.FaultsOf(request.Ring)).ToList();
            var plans = await db.Plans.OrderBy(p => p.PriceCents).Select(p => p.Name).ToListAsync(ct);
            if (!plans.Contains(request.Plan))
            {
                faults.Add(new("plan", $"must be one of {string.Join(", ", plans)}"));
            }

            var regions = GetsMachine(request)
                ? machines.Choices(region: null).Select(c => c.Location).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList()
                : await db.Servers.Where(s => s.State != ServerState.Removed && s.Tier == request.Tier).Select(s => s.Region).Distinct().Order().ToListAsync(ct);
            var region = request.Region ?? (regions.Count == 1 ? regions[0] : null);
            if (region is null || !regions.Contains(region))
            {
                faults.Add(new("region", regions.Count == 0 ? "cannot be chosen: there is no server yet" : $"must be one of {string.Join(", ", regions)}"));
            }

            faults.AddRange(domains.SelectMany((d, i) => domains.Take(i).Contains(d, StringComparer.Ordinal) ? [new Fault($"domains[{i}]", "is named twice")] : DomainName.Faults($"domains[{i}]", d, settings)));
            return faults.Count == 0 ? region! : throw InvalidRequest.Of([.. faults]);
        }

        /// <summary>Where machines cannot be made, servers of the dedicated tier are those that were added by hand.</summary>
        private bool GetsMachine(CreateTenant request) => request.Tier == Tier.Dedicated && settings.MakesMachines;

        private async Task AddDomainsAsync(Tenant tenant, IReadOnlyList<string> names, CancellationToken ct)
        {
            foreach (var domain in names.Select(n => new Domain { Name = n, TenantId = tenant.Id }))
            {
                db.Domains.Add(domain);
                if (settings.Machines.UsesCloud)
                {
                    await start.OfAsync<DomainAddition>(domain.Id, domain.Name, new { tenant = tenant.Slug }, ct);
                }
                else
                {
                    domain.Serve();
                }
            }
        }

        private async Task RequireFreeAsync(string slug, IReadOnlyList<string> domains, CancellationToken ct)
        {
            var holder = await db.Tenants.SingleOrDefaultAsync(t => t.Slug == slug && t.State != TenantState.Purged, ct);
            if (holder is not null)
            {
                throw holder.State == TenantState.Deleted
                    ? new ProblemException(409, "tenant_taken", $"'{slug}' was deleted and can still be restored.", $"Restore it with: ctl tenants restore {slug}; or choose another slug.")
                    : Problem.Taken("tenant", slug);
            }

            if (await db.Domains.Where(d => domains.Contains(d.Name)).Select(d => d.Name).Order().FirstOrDefaultAsync(ct) is { } taken)
            {
                throw Problem.Taken("domain", taken);
            }
        }
    }
}
