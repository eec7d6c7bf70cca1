using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Problems;
using ControlPlane.Runtimes;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Plans;

/// <summary>Replaces all that a plan says. Tenants on it have the new limits within seconds.</summary>
[Requires(Role.Billing)]
public sealed record EditPlan(
    string Name, string Title, int? Users, int? StorageMegabytes, int? RequestsPerHour, int Connections, int PriceCents, string Currency)
    : Command<PlanView>, IEndpoint
{
    private const int LongestTitle = 100;
    private const int MostConnections = 1000;

    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<EditPlan, PlanView>(HttpMethod.Put, "/plans/{name}");

    public override string Subject() => $"plans/{Name}";

    public override IEnumerable<Fault> Faults()
    {
        if (string.IsNullOrWhiteSpace(Title) || Title.Length > LongestTitle)
        {
            yield return new("title", $"must be 1 to {LongestTitle} characters");
        }

        foreach (var (field, limit) in new[] { ("users", Users), ("storageMegabytes", StorageMegabytes), ("requestsPerHour", RequestsPerHour) })
        {
            if (limit <= 0)
            {
                yield return new(field, "must be more than 0, or null for unlimited");
            }
        }

        if (Connections is < 1 or > MostConnections)
        {
            yield return new("connections", $"must be from 1 to {MostConnections}");
        }

        if (PriceCents < 0)
        {
            yield return new("priceCents", "must not be negative");
        }

        if (Currency.Length != 3 || !Currency.All(char.IsAsciiLetterUpper))
        {
            yield return new("currency", "must be three capital letters, such as EUR");
        }
    }

    internal sealed class Handler(CatalogDb db) : IRequestHandler<EditPlan, PlanView>
    {
        public async Task<PlanView> Handle(EditPlan request, CancellationToken cancellationToken)
        {
            var plan = await db.Plans.SingleOrDefaultAsync(p => p.Name == request.Name, cancellationToken)
                ?? throw Problem.NotFound("plan", request.Name);
            plan.Title = request.Title;
            plan.Users = request.Users;
            plan.StorageMegabytes = request.StorageMegabytes;
            plan.RequestsPerHour = request.RequestsPerHour;
            plan.Connections = request.Connections;
            plan.PriceCents = request.PriceCents;
            plan.Currency = request.Currency;
            await RoutePublisher.RefreshAsync(db, plan.Name, server: null, cancellationToken);
            return PlanView.Of(plan);
        }
    }
}
