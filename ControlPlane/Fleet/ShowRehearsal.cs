using System.Text.Json;
using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Problems;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Fleet;

/// <summary>What a rehearsal showed, migration by migration.</summary>
[Requires(Role.Viewer)]
public sealed record ShowRehearsal(Guid Operation) : Query<ShowRehearsal.Answer>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapQuery<ShowRehearsal, Answer>("/migrations/rehearsals/{operation}");

    /// <param name="IsDangerous">One of them is.</param>
    public sealed record Answer(bool IsDangerous, IReadOnlyList<RehearsedMigration> Migrations);

    internal sealed class Handler(CatalogDb db) : IRequestHandler<ShowRehearsal, Answer>
    {
        public async Task<Answer> Handle(ShowRehearsal request, CancellationToken cancellationToken)
        {
            var text = await db.Database
                .SqlQuery<string>($"select report::text as \"Value\" from rehearsals where operation_id = {request.Operation}")
                .ToListAsync(cancellationToken);
            if (text.Count == 0)
            {
                throw new ProblemException(
                    404, "rehearsal_not_found", $"Operation {request.Operation} has not rehearsed anything.", "Rehearse with: ctl migrations lint");
            }

            var migrations = JsonSerializer.Deserialize<List<RehearsedMigration>>(text[0], ApiJson.Options)!;
            return new(migrations.Exists(m => m.IsDangerous), migrations);
        }
    }
}
