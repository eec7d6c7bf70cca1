using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using ControlPlane.Tenants.Moving;
using ControlPlane.Tenants.Restoration;
using MediatR;

namespace ControlPlane.Tenants;

/// <summary>Brings a deleted tenant back while its grace time lasts.</summary>
/// <param name="FromDump">From the last dump into a new database, instead of the old database as it stands.</param>
[Requires(Role.Operator)]
public sealed record RestoreTenant(string Slug, bool FromDump = false) : Command<Accepted>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<RestoreTenant, Accepted>(HttpMethod.Post, "/tenants/{slug}/restore");

    public override string Subject() => $"tenants/{Slug}";

    public override string? Tenant() => Slug;

    internal sealed class Handler(CatalogDb db, OperationStart start)
        : IRequestHandler<RestoreTenant, Accepted>
    {
        public async Task<Accepted> Handle(RestoreTenant request, CancellationToken cancellationToken)
        {
            var tenant = await db.ForChangeAsync(request.Slug, cancellationToken);
            if (tenant.State != TenantState.Deleted)
            {
                throw Problem.InvalidState($"Tenant '{tenant.Slug}'", tenant.State.ToString(), "restored");
            }

            if (request.FromDump && await db.FindSoakingAsync(tenant, cancellationToken) is not null)
            {
                throw new ProblemException(409, "still_soaking", $"The way back of the last move of '{tenant.Slug}' is being closed.", "Try again in a minute.");
            }

            return new(await start.OfAsync<TenantRestoration>(
                tenant.Id, tenant.Slug, new TenantRestoration.Request(request.FromDump), cancellationToken));
        }
    }
}
