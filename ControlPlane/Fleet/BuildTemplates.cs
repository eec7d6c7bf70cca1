using ControlPlane.Access;
using ControlPlane.Api;
using MediatR;

namespace ControlPlane.Fleet;

/// <summary>Builds each server's template of the newest schema where it has none; <c>/templates</c> then tells their fingerprints.</summary>
[Requires(Role.Operator)]
public sealed record BuildTemplates : Command<Accepted>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<BuildTemplates, Accepted>(HttpMethod.Post, "/migrations/template");

    public override string Subject() => "migrations";

    internal sealed class Handler(FleetLaunch launch) : IRequestHandler<BuildTemplates, Accepted>
    {
        public async Task<Accepted> Handle(BuildTemplates request, CancellationToken cancellationToken) =>
            new(await launch.BeginAsync<TemplateRebuild>(new FleetRequest(), cancellationToken));
    }
}
