using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using ControlPlane.Tenants.Deletion;
using MediatR;

namespace ControlPlane.Tenants;

/// <summary>Closes a tenant at once, keeps a last dump, and removes everything when the grace time ends.</summary>
/// <param name="GraceHours">How long it can be restored.</param>
[Requires(Role.Operator)]
public sealed record DeleteTenant(string Slug, int GraceHours = 7 * 24) : Command<Accepted>, IEndpoint
{
    private const int LongestGrace = 366 * 24;

    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<DeleteTenant, Accepted>(HttpMethod.Delete, "/tenants/{slug}");

    public override string Subject() => $"tenants/{Slug}";

    public override string? Tenant() => Slug;

    public override IEnumerable<Fault> Faults()
    {
        if (GraceHours is < 0 or > LongestGrace)
        {
            yield return new("graceHours", $"must be from 0 to {LongestGrace}");
        }
    }

    internal sealed class Handler(CatalogDb db, OperationStart start)
        : IRequestHandler<DeleteTenant, Accepted>
    {
        public async Task<Accepted> Handle(DeleteTenant request, CancellationToken cancellationToken)
        {
            var tenant = await db.ForChangeAsync(request.Slug, cancellationToken);
            if (tenant.State is not (TenantState.Active or TenantState.Suspended))
            {
                throw Problem.InvalidState($"Tenant '{tenant.Slug}'", tenant.State.ToString(), nameof(TenantState.Deleted));
            }

            return new(await start.OfAsync<TenantDeletion>(
                tenant.Id, tenant.Slug, new TenantDeletion.Request(TimeSpan.FromHours(request.GraceHours)), cancellationToken));
        }
    }
}
