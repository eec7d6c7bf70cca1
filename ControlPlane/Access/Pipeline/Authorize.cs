using System.Reflection;
using ControlPlane.Access.Auditing;
using ControlPlane.Api;
using MediatR;

namespace ControlPlane.Access.Pipeline;

/// <summary>Refuses and audits what the caller's role does not allow; a request type that names no role is refused to all.</summary>
internal sealed class Authorize<TRequest, TAnswer>(Caller caller, AuditTrail trail) : IPipelineBehavior<TRequest, TAnswer>
    where TRequest : IRequest<TAnswer>
{
    private static readonly RequiresAttribute? Requires = typeof(TRequest).GetCustomAttribute<RequiresAttribute>();

    public async Task<TAnswer> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TAnswer> next)
    {
        if (caller.Role is not { } role)
        {
            throw HttpProblems.Of(StatusCodes.Status401Unauthorized);
        }

        if (Requires?.Allows(role) != true)
        {
            var command = request as Command<TAnswer>;
            var entry = AuditNote.Of(request, command?.Subject() ?? "", command?.Tenant(), AuditOutcome.Denied);
            await trail.AppendAloneAsync(entry, caller, cancellationToken);
            throw HttpProblems.Of(StatusCodes.Status403Forbidden);
        }

        return await next();
    }
}
