using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Problems;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtimes;

/// <summary>
/// Somebody knows that a runtime which fell silent is gone for good, so contract migrations need not wait for it any more. One that is
/// still heard of is not forgotten; one that comes back after all is known again within a minute.
/// </summary>
[Requires(Role.Operator)]
public sealed record ForgetRuntime(Guid Id) : Command<Unit>, IEndpoint
{
    /// <summary>A living runtime says something every minute, so one of its calls may get lost.</summary>
    internal static readonly TimeSpan Quiet = TimeSpan.FromMinutes(2.5);

    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<ForgetRuntime, Unit>(HttpMethod.Delete, "/runtimes/{id}");

    public override string Subject() => $"runtimes/{Id}";

    internal sealed class Handler(CatalogDb db) : IRequestHandler<ForgetRuntime, Unit>
    {
        public async Task<Unit> Handle(ForgetRuntime request, CancellationToken cancellationToken)
        {
            var found = await db.Database
                .SqlQuery<Found>($"""select instance, seen_at > now() - {Quiet} as "IsHeard" from runtimes where id = {request.Id} for update""")
                .ToListAsync(cancellationToken);
            if (found.Count == 0)
            {
                throw Problem.NotFound("runtime", request.Id.ToString());
            }

            if (found[0].IsHeard)
            {
                throw new ProblemException(
                    409,
                    "runtime_heard",
                    $"{found[0].Instance} is still heard of.",
                    $"End that process: it then says goodbye by itself. If it was killed, wait {Quiet.TotalMinutes:0.#} minutes.");
            }

            await db.Database.ExecuteSqlAsync($"delete from runtimes where id = {request.Id}", cancellationToken);
            return Unit.Value;
        }

        private sealed record Found(string Instance, bool IsHeard);
    }
}
