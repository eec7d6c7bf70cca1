using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Problems;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Servers;

/// <summary>One server and what is wrong with it.</summary>
[Requires(Role.Viewer)]
public sealed record ShowServer(string Name) : Query<ShowServer.Answer>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapQuery<ShowServer, Answer>("/servers/{name}");

    public sealed record Answer(ServerView Server, IReadOnlyList<FindingView> Findings);

    internal sealed class Handler(CatalogDb db) : IRequestHandler<ShowServer, Answer>
    {
        public async Task<Answer> Handle(ShowServer request, CancellationToken cancellationToken)
        {
            var server = await ServerView.Of(db, db.Servers.AsNoTracking().Where(s => s.Name == request.Name)).SingleOrDefaultAsync(cancellationToken)
                ?? throw Problem.NotFound("server", request.Name);
            var findings = await FindingView.Of(db.Findings.Where(f => f.ServerId == server.Id && f.ResolvedAt == null)).ToListAsync(cancellationToken);
            return new(server, findings);
        }
    }
}
