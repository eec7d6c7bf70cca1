namespace Provisioner.Postgres;

/// <summary>The one place where names and values become SQL text, for statements that take no parameters.</summary>
internal static class SqlText
{
    public static string Name(string identifier) => $"\"{identifier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Right whether or not <c>standard_conforming_strings</c> is on.</summary>
    public static string Literal(string value)
    {
        var doubled = value.Replace("'", "''", StringComparison.Ordinal);
        return doubled.Contains('\\', StringComparison.Ordinal) ? $" E'{doubled.Replace(@"\", @"\\", StringComparison.Ordinal)}'" : $"'{doubled}'";
    }

    /// <summary>A block that runs as one transaction and one round trip.</summary>
    public static string Block(string statements) => $"do {Literal($"begin {statements} end")}";
}
