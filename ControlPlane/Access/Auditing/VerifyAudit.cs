using ControlPlane.Api;
using MediatR;

namespace ControlPlane.Access.Auditing;

/// <summary>Checks the whole audit trail and tells the first entry that is not as it was written.</summary>
[Requires(Role.Viewer)]
public sealed record VerifyAudit : Query<AuditVerdict>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapQuery<VerifyAudit, AuditVerdict>("/audit/verify");

    internal sealed class Handler(AuditVerification verification) : IRequestHandler<VerifyAudit, AuditVerdict>
    {
        public Task<AuditVerdict> Handle(VerifyAudit request, CancellationToken cancellationToken) => verification.RunAsync(cancellationToken);
    }
}
