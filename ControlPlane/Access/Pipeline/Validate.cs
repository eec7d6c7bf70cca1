using ControlPlane.Api;
using MediatR;

namespace ControlPlane.Access.Pipeline;

/// <summary>Refuses a request that declares faults, naming all of them.</summary>
internal sealed class Validate<TRequest, TAnswer> : IPipelineBehavior<TRequest, TAnswer>
    where TRequest : Message, IRequest<TAnswer>
{
    public Task<TAnswer> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TAnswer> next)
    {
        Fault[] faults = [.. request.Faults()];
        return faults.Length == 0 ? next() : throw InvalidRequest.Of(faults);
    }
}
