namespace Migrator.Sources;

/// <summary>A place migrations come from.</summary>
public interface IMigrationSource
{
    /// <summary>All migrations in the order they are applied: a baseline and versions ascending, then repeatable ones by name.</summary>
    /// <exception cref="MigrationException">A file or class cannot be read as a migration; the message names it.</exception>
    IReadOnlyList<Migration> Read();
}
