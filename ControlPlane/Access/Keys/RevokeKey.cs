using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Problems;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Access.Keys;

/// <summary>Ends an API key for good, on every node within two seconds. The last admin key cannot be revoked.</summary>
[Requires(Role.Admin)]
public sealed record RevokeKey(string Name) : Command<Unit>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<RevokeKey, Unit>(HttpMethod.Post, "/keys/{name}/revoke");

    public override string Subject() => $"keys/{Name}";

    internal sealed class Handler(CatalogDb db) : IRequestHandler<RevokeKey, Unit>
    {
        public async Task<Unit> Handle(RevokeKey request, CancellationToken cancellationToken)
        {
            var key = await db.Set<ApiKey>().SingleOrDefaultAsync(k => k.Name == request.Name && k.RevokedAt == null, cancellationToken)
                ?? throw Problem.NotFound("key", request.Name);
            var now = await db.Database.SqlQuery<DateTimeOffset>($"select now() as \"Value\"").SingleAsync(cancellationToken);
            if (key.Role == Role.Admin)
            {
                await RequireAnotherAdminAsync(key, now, cancellationToken);
            }

            key.Revoke(now);
            return Unit.Value;
        }

        private async Task RequireAnotherAdminAsync(ApiKey key, DateTimeOffset now, CancellationToken ct)
        {
            // Locks them all, else two admins could revoke each other at the same time.
            var admins = await db.Set<ApiKey>()
                .FromSql($"select * from api_keys where role = 'admin' and revoked_at is null order by id for update")
                .AsNoTracking()
                .ToListAsync(ct);
            if (!admins.Exists(a => a.Id != key.Id && (a.ExpiresAt is null || a.ExpiresAt > now)))
            {
                throw new ProblemException(
                    409, "last_admin_key", $"'{key.Name}' is the last admin key.", "Make another one first: ctl keys create NAME --role admin");
            }
        }
    }
}
