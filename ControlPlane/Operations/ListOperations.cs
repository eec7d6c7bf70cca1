using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Operations;

/// <summary>Lists operations, newest first.</summary>
/// <param name="Subject">Exactly this tenant or server.</param>
/// <param name="Live">Only those that have not ended.</param>
[Requires(Role.Viewer)]
public sealed record ListOperations(string? Subject = null, OperationState? State = null, bool Live = false)
    : PagedQuery<OperationView>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapQuery<ListOperations, Page<OperationView>>("/operations");

    protected override bool IsKey(string key) => Guid.TryParse(key, out _);

    internal sealed class Handler(CatalogDb db) : IRequestHandler<ListOperations, Page<OperationView>>
    {
        public async Task<Page<OperationView>> Handle(ListOperations request, CancellationToken cancellationToken)
        {
            var operations = db.Operations.AsNoTracking();
            if (request.Subject is { } subject)
            {
                operations = operations.Where(o => o.Subject == subject);
            }

            if (request.State is { } state)
            {
                operations = operations.Where(o => o.State == state);
            }

            if (request.Live)
            {
                operations = operations.Where(o => o.FinishedAt == null);
            }

            if (request.AfterKey() is { } after)
            {
                var id = Guid.Parse(after);
                operations = operations.Where(o => o.Id < id);
            }

            var read = await OperationView.Of(operations.OrderByDescending(o => o.Id).Take(request.Limit + 1)).ToListAsync(cancellationToken);
            return Page<OperationView>.Of(read, request.Limit, o => o.Id.ToString());
        }
    }
}
