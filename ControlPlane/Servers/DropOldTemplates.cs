using ControlPlane.Catalog;
using ControlPlane.Operations;
using Microsoft.EntityFrameworkCore;
using Migrator.Sources;
using Npgsql;

namespace ControlPlane.Servers;

/// <summary>
/// Drops templates that a newer one has replaced, once no database anywhere has their schema and every operation that may have begun
/// with them has ended. A rehearsal still finds what tenants have.
/// </summary>
public sealed class DropOldTemplates(
    IDbContextFactory<CatalogDb> catalogs, TemplateStore templates, ApplicationSchema schema, ILogger<DropOldTemplates> log) : Chore
{
    public override string Cron => "0 5/10 * * * ?";

    public override async Task RunAsync(CancellationToken ct)
    {
        foreach (var template in await FindAsync(ct))
        {
            try
            {
                await templates.DropAsync(template, ct);
                log.LogInformation("Template {Template} for {Version} was replaced and is dropped.", template.Database, template.SchemaVersion);
            }
            catch (NpgsqlException error)
            {
                // It is found again the next time.
                log.LogInformation("Template {Template} could not be dropped yet: {Reason}", template.Database, error.Message);
            }
        }
    }

    private async Task<List<Template>> FindAsync(CancellationToken ct)
    {
        await using var db = await catalogs.CreateDbContextAsync(ct);
        var wanted = (await WantedSchema.ReadAsync(db, schema, ct)).Version;
        var replaced = await db.Templates
            .FromSql($"""
                select t.* from templates t
                join servers s on s.id = t.server_id and s.state <> 'removed'
                join templates n on n.server_id = t.server_id and n.schema_version = {wanted} and n.created_at > t.created_at
                where not exists (select from tenant_databases d where d.schema_version = t.schema_version and d.state in ('warm', 'assigned'))
                  and not exists (select from operations o where o.finished_at is null and o.created_at < n.created_at)
                """)
            .AsNoTracking()
            .ToListAsync(ct);

        // While control planes are replaced one by one, an older one must not drop what the newer ones build.
        return replaced.FindAll(t => IsNoNewerThan(wanted, t.SchemaVersion));
    }

    private bool IsNoNewerThan(string wanted, string schemaVersion)
    {
        var words = schemaVersion.Split(' ');
        return VersionOrder.Instance.Compare(words[0], wanted.Split(' ')[0]) <= 0
            && words.Where((_, i) => i > 0 && words[i - 1] == "late").All(schema.Has);
    }
}
