using Migrator.Sql;

namespace Migrator.Databases;

/// <summary>The index that a <c>CREATE</c> or <c>DROP INDEX CONCURRENTLY</c> statement names.</summary>
/// <param name="QuotedName">As SQL, in the schema of its table; null parts left to the search path.</param>
internal sealed record ConcurrentIndex(string QuotedName, bool IsDropped)
{
    /// <summary>Null when the statement is neither of the two, or leaves the name to PostgreSQL.</summary>
    public static ConcurrentIndex? Parse(SqlStatement statement)
    {
        var tokens = Tokens(statement.Text);
        var place = tokens.FindIndex(token => Is(token, "CONCURRENTLY"));
        if (place < 0 || !statement.Words.Take(4).Contains("INDEX")) return null;
        var dropped = statement.StartsWith("DROP");
        if (!dropped && !statement.StartsWith("CREATE")) return null;

        var next = place + 1;
        while (next < tokens.Count && (Is(tokens[next], "IF") || Is(tokens[next], "NOT") || Is(tokens[next], "EXISTS"))) next++;
        var name = ReadName(tokens, ref next);
        if (name is null || dropped) return name is null ? null : new ConcurrentIndex(name, true);
        if (next >= tokens.Count || !Is(tokens[next], "ON")) return null;

        // An index lives in its table's schema, wherever the search path points.
        next++;
        if (next < tokens.Count && Is(tokens[next], "ONLY")) next++;
        var table = ReadName(tokens, ref next);
        var schema = table is not null && table.LastIndexOf('.') is var dot and > 0 ? table[..(dot + 1)] : "";
        return new ConcurrentIndex(schema + name, false);
    }

    private static string? ReadName(List<string> tokens, ref int next)
    {
        if (next >= tokens.Count || Is(tokens[next], "ON")) return null;
        var name = tokens[next++];
        while (next + 1 < tokens.Count && tokens[next] is ".")
        {
            name += "." + tokens[next + 1];
            next += 2;
        }

        return name;
    }

    private static List<string> Tokens(string sql)
    {
        var result = new List<string>();
        var tokens = new SqlTokens(sql);
        while (tokens.MoveNext())
        {
            if (tokens.Kind != SqlTokenKind.Comment) result.Add(tokens.Text);
        }

        return result;
    }

    private static bool Is(string token, string word) => string.Equals(token, word, StringComparison.OrdinalIgnoreCase);
}
