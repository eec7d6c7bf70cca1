using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Runtimes;
using MediatR;
using TenantRuntime.Routes;

namespace ControlPlane.Tenants;

/// <summary>Answers the tenant's requests with 403 from within seconds; its data is kept.</summary>
/// <param name="Because">Shown to people who look at the tenant.</param>
[Requires(Role.Operator, Role.Billing)]
public sealed record SuspendTenant(string Slug, string Because = "on request") : Command<Unit>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<SuspendTenant, Unit>(HttpMethod.Post, "/tenants/{slug}/suspend");

    public override string Subject() => $"tenants/{Slug}";

    public override string? Tenant() => Slug;

    public override IEnumerable<Fault> Faults()
    {
        if (Because.Length is 0 or > 500)
        {
            yield return new("because", "must have 1 to 500 characters");
        }
    }

    internal sealed class Handler(CatalogDb db) : IRequestHandler<SuspendTenant, Unit>
    {
        public async Task<Unit> Handle(SuspendTenant request, CancellationToken cancellationToken)
        {
            var tenant = await db.ForChangeAsync(request.Slug, cancellationToken);
            tenant.Suspend(request.Because);
            await RoutePublisher.PublishAsync(db, tenant.Id, RouteState.Suspended, cancellationToken);
            return Unit.Value;
        }
    }
}
