namespace Migrator.Sql;

/// <summary>A script that cannot be cut into statements: something is never closed, or belongs to psql only.</summary>
public sealed class SqlSyntaxException(string message, int line) : FormatException(message)
{
    /// <summary>Where the unfinished piece begins, from 1.</summary>
    public int Line { get; } = line;
}
