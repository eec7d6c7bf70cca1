using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Runtimes;
using MediatR;
using TenantRuntime.Routes;

namespace ControlPlane.Tenants;

/// <summary>Lets a suspended tenant work again.</summary>
[Requires(Role.Operator, Role.Billing)]
public sealed record ResumeTenant(string Slug) : Command<Unit>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<ResumeTenant, Unit>(HttpMethod.Post, "/tenants/{slug}/resume");

    public override string Subject() => $"tenants/{Slug}";

    public override string? Tenant() => Slug;

    internal sealed class Handler(CatalogDb db) : IRequestHandler<ResumeTenant, Unit>
    {
        public async Task<Unit> Handle(ResumeTenant request, CancellationToken cancellationToken)
        {
            var tenant = await db.ForChangeAsync(request.Slug, cancellationToken);
            tenant.Resume();
            await RoutePublisher.PublishAsync(db, tenant.Id, RouteState.Active, cancellationToken);
            return Unit.Value;
        }
    }
}
