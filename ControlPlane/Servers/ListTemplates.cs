using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Servers;

/// <summary>Lists the databases that new tenants' ones are cloned from.</summary>
[Requires(Role.Viewer)]
public sealed record ListTemplates : PagedQuery<ListTemplates.Item>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapQuery<ListTemplates, Page<Item>>("/templates");

    protected override bool IsKey(string key) => Guid.TryParse(key, out _);

    /// <param name="Fingerprint">Of its schema; every clone has the same.</param>
    /// <param name="IsNewest">New tenants get this schema; others are dropped when nobody has their schema any more.</param>
    /// <param name="Databases">That many on its server have its schema.</param>
    public sealed record Item(
        Guid Id, string Server, string SchemaVersion, string Database, string Fingerprint, bool IsNewest, int Databases, DateTimeOffset CreatedAt);

    internal sealed class Handler(CatalogDb db, ApplicationSchema schema) : IRequestHandler<ListTemplates, Page<Item>>
    {
        public async Task<Page<Item>> Handle(ListTemplates request, CancellationToken cancellationToken)
        {
            var after = request.AfterKey() is { } key ? Guid.Parse(key) : Guid.Empty;
            var wanted = (await WantedSchema.ReadAsync(db, schema, cancellationToken)).Version;
            var read = await db.Database.SqlQuery<Item>($"""
                select t.id, s.name as server, t.schema_version as "SchemaVersion", t.database, t.fingerprint, t.schema_version = {wanted} as "IsNewest",
                       (select count(*)::int from tenant_databases d
                        where d.server_id = t.server_id and d.schema_version = t.schema_version and d.state in ('warm', 'assigned')) as databases,
                       t.created_at as "CreatedAt"
                from templates t join servers s on s.id = t.server_id
                where t.id > {after} order by t.id limit {request.Limit + 1}
                """).ToListAsync(cancellationToken);
            return Page<Item>.Of(read, request.Limit, t => t.Id.ToString());
        }
    }
}
