using System.Security.Cryptography;
using System.Text;
using ControlPlane.Catalog;
using Microsoft.EntityFrameworkCore;
using Migrator.Databases;
using Migrator.Fingerprints;
using Npgsql;
using Provisioner.Postgres;

namespace ControlPlane.Servers;

/// <summary>
/// Keeps one template per server and schema head. A template is built once, checked by its fingerprint, and then only cloned.
/// </summary>
public sealed class TemplateStore(IDbContextFactory<CatalogDb> catalogs, ServerConnections servers, ApplicationSchema schema)
{
    /// <summary>The template with the newest schema on a server; built when there is none yet. Several callers are fine.</summary>
    public async Task<Template> EnsureAsync(Guid server, CancellationToken ct)
    {
        await using var db = await catalogs.CreateDbContextAsync(ct);
        var wanted = await WantedSchema.ReadAsync(db, schema, ct);
        if (await FindAsync(db, server, wanted, ct) is { } known)
        {
            return known;
        }

        var postgres = await servers.GetAsync(server, ct);
        var built = await postgres.CreateTemplateAsync(NameOf(wanted.Version), (connection, token) => MigrateAsync(connection, wanted, token), ct);
        await db.Database.ExecuteSqlAsync($"""
            insert into templates (id, server_id, schema_version, database, fingerprint)
            values ({Guid.CreateVersion7()}, {server}, {wanted.Version}, {built.Name.Database}, {built.Fingerprint})
            on conflict (server_id, schema_version) do nothing
            """, ct);
        return await FindAsync(db, server, wanted, ct) ?? throw new InvalidOperationException($"The template for {wanted.Version} vanished while it was built.");
    }

    /// <summary>
    /// Takes a template away for good; what is gone already is fine. The database goes first: a row without one is seen and healed.
    /// </summary>
    public async Task DropAsync(Template template, CancellationToken ct)
    {
        await (await servers.GetAsync(template.ServerId, ct)).DropTemplateAsync(NameOf(template), ct);
        await using var db = await catalogs.CreateDbContextAsync(ct);
        await db.Templates.Where(t => t.Id == template.Id).ExecuteDeleteAsync(ct);
    }

    private static Task<Template?> FindAsync(CatalogDb db, Guid server, WantedSchema wanted, CancellationToken ct) =>
        db.Templates.AsNoTracking().SingleOrDefaultAsync(t => t.ServerId == server && t.SchemaVersion == wanted.Version, ct);

    /// <summary>The template's name on its server, from its schema version.</summary>
    public static TemplateName NameOf(Template template) => NameOf(template.SchemaVersion);

    /// <summary>Versions may hold characters that names may not.</summary>
    private static TemplateName NameOf(string version) =>
        TemplateName.For(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(version)))[..16]);

    /// <summary>Applies all migrations as the owner role and answers the fingerprint of what came out.</summary>
    private static async Task<string> MigrateAsync(string connection, WantedSchema wanted, CancellationToken ct)
    {
        await new DatabaseMigrator(wanted.Migrations, new MigratorOptions { Run = "template" }).ApplyAsync(new DatabaseTarget(connection), ct);
        await using var database = new NpgsqlConnection(connection);
        await database.OpenAsync(ct);
        return (await SchemaFingerprint.ComputeAsync(database, ct: ct)).Hash;
    }
}
