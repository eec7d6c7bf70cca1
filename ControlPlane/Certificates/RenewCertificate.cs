using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using ControlPlane.Tenants.Domains;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Certificates;

/// <summary>Obtains a new certificate now, though the old one may not be due: after a leaked key, or a corrected record.</summary>
[Requires(Role.Operator)]
public sealed record RenewCertificate(Guid Id) : Command<Accepted>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<RenewCertificate, Accepted>(HttpMethod.Post, "/certificates/{id}/renew");

    public override string Subject() => $"certificates/{Id}";

    internal sealed class Handler(CatalogDb db, DnsChallenges dns, OperationStart start) : IRequestHandler<RenewCertificate, Accepted>
    {
        public async Task<Accepted> Handle(RenewCertificate request, CancellationToken cancellationToken)
        {
            var certificate = await db.Certificates.AsNoTracking().SingleOrDefaultAsync(c => c.Id == request.Id, cancellationToken)
                ?? throw Problem.NotFound("certificate", request.Id.ToString());
            if (certificate.Challenge != ChallengeKind.Dns01)
            {
                var name = certificate.Names[0];
                var domain = await db.Domains.AsNoTracking().SingleOrDefaultAsync(d => d.Name == name && d.State == DomainState.Served, cancellationToken)
                    ?? throw new ProblemException(409, "proven_on_its_server", $"The certificate for {name} is proven by a file on the server that serves it, and no tenant is served there.", "Add it to its tenant: ctl tenants domains add SLUG NAME");
                return new(await start.OfAsync<DomainRenewal>(domain.Id, name, new DomainRenewal.Request(certificate.Revision), cancellationToken));
            }

            // Says now what is missing, not in the operation.
            dns.Solver();
            return new(await start.OfAsync<CertificateRenewal>(certificate.Id, certificate.Names[0], new CertificateRenewal.Request(certificate.Revision), cancellationToken));
        }
    }
}
