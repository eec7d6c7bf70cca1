using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Operations;
using MediatR;

namespace ControlPlane.Fleet;

/// <summary>Rehearses migrations; <c>/migrations/rehearsals/{operation}</c> then tells what PostgreSQL did.</summary>
/// <param name="Server">Where to rehearse.</param>
/// <param name="From">Begin with an empty database and report on what comes after this version.</param>
/// <param name="CopyOf">Rehearse on a throw-away copy of this tenant's database; it works on meanwhile.</param>
[Requires(Role.Operator)]
public sealed record LintMigrations(string? Server = null, string? From = null, string? CopyOf = null) : Command<Accepted>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<LintMigrations, Accepted>(HttpMethod.Post, "/migrations/lint");

    public override string Subject() => "migrations";

    public override string? Tenant() => CopyOf;

    internal sealed class Handler(FleetFaults faults, OperationStart start)
        : IRequestHandler<LintMigrations, Accepted>
    {
        public async Task<Accepted> Handle(LintMigrations request, CancellationToken cancellationToken)
        {
            var wanted = new MigrationRehearsal.Request(request.Server, request.From, request.CopyOf);
            await faults.RequireNoneAsync(wanted, cancellationToken);
            var id = Guid.CreateVersion7();
            return new(request.CopyOf is null
                ? await start.OfAsync<MigrationRehearsal>(id, "migrations", wanted, cancellationToken)
                : await start.OfAsync<CopyRehearsal>(id, $"copy of {request.CopyOf}", wanted, cancellationToken));
        }
    }
}
