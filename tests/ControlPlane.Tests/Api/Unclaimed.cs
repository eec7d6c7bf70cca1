using ControlPlane.Api;
using MediatR;

namespace ControlPlane.Tests.Api;

/// <summary>A request that names no role, so that nobody may send it.</summary>
public sealed record Unclaimed : Query<string>
{
    public sealed class Handler : IRequestHandler<Unclaimed, string>
    {
        public Task<string> Handle(Unclaimed request, CancellationToken cancellationToken) => Task.FromResult("reached");
    }
}
