using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Certificates;
using ControlPlane.Operations;
using ControlPlane.Problems;
using ControlPlane.Servers.Machines;
using ControlPlane.Start;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Domains;

/// <summary>Serves a tenant under a host name of its own, as soon as the name's DNS leads here.</summary>
/// <param name="Name">As people write it; international names are encoded.</param>
[Requires(Role.Operator)]
public sealed record AddDomain(string Slug, string Name) : Command<AddDomain.Added>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<AddDomain, Added>(HttpMethod.Post, "/tenants/{slug}/domains");

    public override string Subject() => $"tenants/{Slug}/domains/{DomainName.Read(Name)}";

    public override string? Tenant() => Slug;

    /// <param name="Name">As DNS has it.</param>
    /// <param name="Records">What to set, each of them alone will do; none where tenants are found on this machine only.</param>
    public sealed record Added(Guid Operation, string Name, IReadOnlyList<DomainRecord> Records) : Accepted(Operation);

    internal sealed class Handler(CatalogDb db, OperationStart start, IMachineProvider provider, AcmeSettings authority, DomainTargets targets, ControlPlaneSettings settings)
        : IRequestHandler<AddDomain, Added>
    {
        public async Task<Added> Handle(AddDomain request, CancellationToken cancellationToken)
        {
            var name = DomainName.Read(request.Name);
            if (DomainName.Faults("name", name, settings).ToList() is { Count: > 0 } faults)
            {
                throw InvalidRequest.Of(faults);
            }

            var tenant = await db.ForChangeAsync(request.Slug, cancellationToken);
            if (tenant.State is not (TenantState.Active or TenantState.Suspended))
            {
                throw new ProblemException(409, "invalid_state", $"Tenant '{tenant.Slug}' is {tenant.State}; it gets no domain.", $"Restore it first: ctl tenants restore {tenant.Slug}");
            }

            await RequireFreeAsync(tenant, name, cancellationToken);
            var edge = await DomainOf.EdgeAsync(db, tenant.Id, provider, cancellationToken);
            PlaceDomain.RequireAuthority(edge, authority);
            var domain = db.Domains.Add(new Domain { Name = name, TenantId = tenant.Id }).Entity;
            await db.SaveChangesAsync(cancellationToken);
            var operation = await start.OfAsync<DomainAddition>(domain.Id, name, new { tenant = tenant.Slug }, cancellationToken);
            return new(operation, name, targets.RecordsFor(name, tenant, edge));
        }

        private async Task RequireFreeAsync(Tenant tenant, string name, CancellationToken ct)
        {
            if (await db.Domains.SingleOrDefaultAsync(d => d.Name == name, ct) is { } taken)
            {
                throw taken.TenantId == tenant.Id
                    ? new ProblemException(409, "domain_taken", $"'{tenant.Slug}' has the domain '{name}' already.", $"See how it stands with: ctl tenants domains list {tenant.Slug}")
                    : Problem.Taken("domain", name);
            }
        }
    }
}
