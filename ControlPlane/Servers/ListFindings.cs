using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Servers;

/// <summary>Lists open findings, newest first.</summary>
[Requires(Role.Viewer)]
public sealed record ListFindings : PagedQuery<FindingView>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapQuery<ListFindings, Page<FindingView>>("/findings");

    protected override bool IsKey(string key) => Guid.TryParse(key, out _);

    internal sealed class Handler(CatalogDb db) : IRequestHandler<ListFindings, Page<FindingView>>
    {
        public async Task<Page<FindingView>> Handle(ListFindings request, CancellationToken cancellationToken)
        {
            var findings = db.Findings.AsNoTracking().Where(f => f.ResolvedAt == null);
            if (request.AfterKey() is { } after)
            {
                var id = Guid.Parse(after);
                findings = findings.Where(f => f.Id < id);
            }

            var read = await FindingView.Of(findings.OrderByDescending(f => f.Id).Take(request.Limit + 1)).ToListAsync(cancellationToken);
            return Page<FindingView>.Of(read, request.Limit, f => f.Id.ToString());
        }
    }
}
