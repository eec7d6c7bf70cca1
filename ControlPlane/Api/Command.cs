using MediatR;

namespace ControlPlane.Api;

/// <summary>
/// A request that changes something: idempotency, the handler and the audit entry share one transaction, which the pipeline
/// saves and commits. The answer must survive JSON, since it is kept for repeated requests.
/// </summary>
public abstract record Command<TAnswer> : Message, IRequest<TAnswer>
{
    /// <summary>What is changed, for the audit trail: <c>tenants/acme</c>.</summary>
    public abstract string Subject();

    /// <summary>The slug of the tenant that is changed, for the audit trail; null when it is no tenant's matter.</summary>
    public virtual string? Tenant() => null;
}
