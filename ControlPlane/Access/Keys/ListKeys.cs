using ControlPlane.Api;
using ControlPlane.Catalog;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Access.Keys;

/// <summary>Lists API keys by name; the revoked ones too when asked.</summary>
[Requires(Role.Admin)]
public sealed record ListKeys(bool Revoked = false) : PagedQuery<ListKeys.Item>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapQuery<ListKeys, Page<Item>>("/keys");

    protected override bool IsKey(string key) => Guid.TryParse(key, out _);

    /// <summary>What may be known of a key.</summary>
    /// <param name="Prefix">The key begins with <c>cp_PREFIX_</c>.</param>
    /// <param name="Servers">Null is all.</param>
    /// <param name="LastUsedAt">To the minute.</param>
    public sealed record Item(
        Guid Id,
        string Name,
        string Prefix,
        Role Role,
        IReadOnlyList<Guid>? Servers,
        string CreatedBy,
        DateTimeOffset CreatedAt,
        DateTimeOffset? ExpiresAt,
        DateTimeOffset? RevokedAt,
        DateTimeOffset? LastUsedAt,
        string? LastUsedFrom);

    internal sealed class Handler(CatalogDb db) : IRequestHandler<ListKeys, Page<Item>>
    {
        public async Task<Page<Item>> Handle(ListKeys request, CancellationToken cancellationToken)
        {
            var keys = db.Set<ApiKey>().AsNoTracking().Where(k => request.Revoked || k.RevokedAt == null);
            if (request.AfterKey() is { } after)
            {
                var id = Guid.Parse(after);
                keys = keys.Where(k => k.Id > id);
            }

            var read = await keys.OrderBy(k => k.Id).Take(request.Limit + 1)
                .Select(k => new Item(k.Id, k.Name, k.Prefix, k.Role, k.ServerIds, k.CreatedBy, k.CreatedAt, k.ExpiresAt, k.RevokedAt, k.LastUsedAt, k.LastUsedFrom))
                .ToListAsync(cancellationToken);
            return Page<Item>.Of(read, request.Limit, k => k.Id.ToString());
        }
    }
}
