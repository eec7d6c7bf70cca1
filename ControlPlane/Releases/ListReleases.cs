using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Releases;

/// <summary>Lists releases, the newest first.</summary>
[Requires(Role.Viewer)]
public sealed record ListReleases : PagedQuery<ReleaseView>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapQuery<ListReleases, Page<ReleaseView>>("/releases");

    internal sealed class Handler(CatalogDb db) : IRequestHandler<ListReleases, Page<ReleaseView>>
    {
        public async Task<Page<ReleaseView>> Handle(ListReleases request, CancellationToken cancellationToken)
        {
            var after = request.AfterKey();
            var read = await db.Database.SqlQuery<ReleaseView>($"""
                select r.name as "Name", r.sha256 as "Sha256", a.bytes as "Bytes", r.program as "Program", r.published_by as "PublishedBy", r.created_at as "CreatedAt"
                from releases r join release_archives a using (sha256)
                where {after}::text is null or r.id < (select id from releases where name = {after})
                order by r.id desc limit {request.Limit + 1}
                """).ToListAsync(cancellationToken);
            return Page<ReleaseView>.Of(read, request.Limit, r => r.Name);
        }
    }
}
