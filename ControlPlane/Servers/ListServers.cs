using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Servers;

/// <summary>Lists servers by name, with how full they are.</summary>
[Requires(Role.Viewer)]
public sealed record ListServers : PagedQuery<ServerView>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapQuery<ListServers, Page<ServerView>>("/servers");

    internal sealed class Handler(CatalogDb db) : IRequestHandler<ListServers, Page<ServerView>>
    {
        public async Task<Page<ServerView>> Handle(ListServers request, CancellationToken cancellationToken)
        {
            var servers = db.Servers.AsNoTracking().Where(s => s.State != ServerState.Removed);
            if (request.AfterKey() is { } after)
            {
                servers = servers.Where(s => string.Compare(s.Name, after) > 0);
            }

            var read = await ServerView.Of(db, servers.OrderBy(s => s.Name).Take(request.Limit + 1)).ToListAsync(cancellationToken);
            return Page<ServerView>.Of(read, request.Limit, s => s.Name);
        }
    }
}
