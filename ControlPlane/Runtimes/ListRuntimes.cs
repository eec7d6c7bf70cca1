using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Fleet;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtimes;

/// <summary>Lists the processes that serve tenants, as far as they may still be alive.</summary>
[Requires(Role.Viewer)]
public sealed record ListRuntimes : PagedQuery<ListRuntimes.Item>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapQuery<ListRuntimes, Page<Item>>("/runtimes");

    protected override bool IsKey(string key) => Guid.TryParse(key, out _);

    /// <param name="Instance">As it calls itself.</param>
    /// <param name="Key">Name of the API key that it uses; null when that is gone.</param>
    /// <param name="Schema">The newest migration its release is made for; null when it did not say.</param>
    /// <param name="Revision">The routes it has taken over are of this revision.</param>
    /// <param name="IsHeard">False when it is silent for longer than a living one is.</param>
    public sealed record Item(Guid Id, string Instance, string? Key, string? Schema, long Revision, DateTimeOffset SeenAt, bool IsHeard);

    internal sealed class Handler(CatalogDb db) : IRequestHandler<ListRuntimes, Page<Item>>
    {
        public async Task<Page<Item>> Handle(ListRuntimes request, CancellationToken cancellationToken)
        {
            var after = request.AfterKey() is { } key ? Guid.Parse(key) : Guid.Empty;
            var read = await db.Database.SqlQuery<Item>($"""
                select r.id, r.instance, k.name as key, r.schema_head as schema, r.revision, r.seen_at as "SeenAt",
                       r.seen_at > now() - {ForgetRuntime.Quiet} as "IsHeard"
                from runtimes r left join api_keys k on k.id = r.key_id
                where r.seen_at > now() - {RunningReleases.Silence} and r.id > {after}
                order by r.id limit {request.Limit + 1}
                """).ToListAsync(cancellationToken);
            return Page<Item>.Of(read, request.Limit, r => r.Id.ToString());
        }
    }
}
