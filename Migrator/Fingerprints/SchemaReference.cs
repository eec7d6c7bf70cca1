using Migrator.Databases;
using Migrator.Lint;

namespace Migrator.Fingerprints;

/// <summary>Reads the schema of a template that nobody may connect to, on a throw-away clone.</summary>
public static class SchemaReference
{
    /// <summary>Makes the clone, reads it, and removes it again.</summary>
    /// <param name="server">A login that may create databases and roles.</param>
    /// <param name="template">The database to clone.</param>
    /// <param name="objectOwner">The role that owns what is in it; the fingerprint calls it <c>{owner}</c>.</param>
    /// <param name="name">Names the clone, so that one left by a crash of the same work is found and removed.</param>
    /// <exception cref="MigrationException">The clone could not be made.</exception>
    public static async Task<SchemaFingerprint> ReadAsync(string server, string template, string objectOwner, string name, CancellationToken ct)
    {
        await using var clone = await RehearsalDatabase.CreateAsync(server, template, objectOwner, name, ct);
        await using var sessions = new DatabaseSessions("migrator drift");
        await using var session = await sessions.OpenAsync(clone.Target, ct);
        return await SchemaFingerprint.ComputeAsync(session.Connection, new TenantRoles(objectOwner), ct);
    }
}
