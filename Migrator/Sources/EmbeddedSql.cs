using System.Reflection;

namespace Migrator.Sources;

/// <summary>
/// SQL files embedded in an assembly, for a program that carries its own schema. A resource's logical name is the
/// prefix, a dot and the file's name: <c>Shop.Migrations.20260101090000_orders.sql</c>.
/// </summary>
/// <param name="assembly">Holds the resources.</param>
/// <param name="prefix">The part of the names before the file name, without the last dot.</param>
public sealed class EmbeddedSql(Assembly assembly, string prefix) : IMigrationSource
{
    public IReadOnlyList<Migration> Read()
    {
        var resources = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix + ".", StringComparison.Ordinal) && name.EndsWith(".sql", StringComparison.Ordinal))
            .Select(name => new MigrationFile(name, FileName(name), ReadText(name)))
            .ToList();
        return resources.Count > 0
            ? MigrationFiles.Assemble(resources)
            : throw new MigrationException(MigrationError.Source, $"{assembly.GetName().Name} embeds no resource named {prefix}.*.sql. Add <EmbeddedResource> items with that LogicalName.");
    }

    // A file in a repeatable folder keeps the folder in its resource name.
    private string FileName(string resource)
    {
        var rest = resource[(prefix.Length + 1)..];
        return rest.StartsWith(SqlFolder.Repeatable + ".", StringComparison.Ordinal) ? rest[(SqlFolder.Repeatable.Length + 1)..] : rest;
    }

    private string ReadText(string resource)
    {
        using var stream = assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
