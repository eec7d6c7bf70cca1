namespace Migrator.Sql;

/// <summary>Quotes names and strings for statements that take no parameters.</summary>
internal static class SqlName
{
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static string Literal(string value) =>
        value.Contains('\\', StringComparison.Ordinal)
            ? $"E'{value.Replace("\\", @"\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'"
            : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
}
