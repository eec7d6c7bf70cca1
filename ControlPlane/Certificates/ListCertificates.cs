using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Certificates;

/// <summary>Lists certificates in the order in which they were first asked for.</summary>
[Requires(Role.Viewer)]
public sealed record ListCertificates : PagedQuery<CertificateView>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapQuery<ListCertificates, Page<CertificateView>>("/certificates");

    protected override bool IsKey(string key) => Guid.TryParse(key, out _);

    internal sealed class Handler(CatalogDb db) : IRequestHandler<ListCertificates, Page<CertificateView>>
    {
        public async Task<Page<CertificateView>> Handle(ListCertificates request, CancellationToken cancellationToken)
        {
            var certificates = db.Certificates.AsNoTracking();
            if (request.AfterKey() is { } after)
            {
                var id = Guid.Parse(after);
                certificates = certificates.Where(c => c.Id > id);
            }

            var read = await certificates.OrderBy(c => c.Id).Take(request.Limit + 1).ToListAsync(cancellationToken);
            return Page<CertificateView>.Of([.. read.Select(CertificateView.Of)], request.Limit, c => c.Id.ToString());
        }
    }
}
