using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Problems;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants;

/// <summary>A tenant's requests per hour, newest first, as its runtimes have reported them.</summary>
/// <param name="Hours">How many hours to look back, 1 to 744.</param>
[Requires(Role.Viewer)]
public sealed record ShowUsage(string Slug, int Hours = 24) : Query<ShowUsage.Answer>, IEndpoint
{
    private const int MostHours = 31 * 24;

    public static void Map(IEndpointRouteBuilder v1) => v1.MapQuery<ShowUsage, Answer>("/tenants/{slug}/usage");

    public override IEnumerable<Fault> Faults()
    {
        if (Hours is < 1 or > MostHours)
        {
            yield return new("hours", $"must be from 1 to {MostHours}");
        }
    }

    /// <param name="RequestsPerHour">What the plan allows; null is no limit.</param>
    /// <param name="Items">Hours without a request are left out.</param>
    public sealed record Answer(string Slug, int? RequestsPerHour, IReadOnlyList<Item> Items);

    /// <param name="Hour">Its start, in UTC.</param>
    public sealed record Item(DateTimeOffset Hour, long Requests);

    internal sealed class Handler(CatalogDb db) : IRequestHandler<ShowUsage, Answer>
    {
        public async Task<Answer> Handle(ShowUsage request, CancellationToken cancellationToken)
        {
            var tenant = await db.Tenants.Where(t => t.Slug == request.Slug && t.State != TenantState.Purged)
                .Select(t => new { t.Id, Limit = db.Plans.Where(p => p.Name == t.Plan).Select(p => p.RequestsPerHour).Single() })
                .SingleOrDefaultAsync(cancellationToken) ?? throw Problem.NotFound("tenant", request.Slug);
            var items = await db.Database.SqlQuery<Item>($"""
                select hour, requests from tenant_usage
                where tenant_id = {tenant.Id} and hour > now() - make_interval(hours => {request.Hours})
                order by hour desc
                """).ToListAsync(cancellationToken);
            return new(request.Slug, tenant.Limit, items);
        }
    }
}
