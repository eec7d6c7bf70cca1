using Migrator.Sql;

namespace Migrator.Lint;

/// <summary>The safer way to do what a statement does. Its words only pick the advice; whether there is danger was observed.</summary>
internal static class Advice
{
    public static string ForScan(SqlStatement statement) => statement switch
    {
        _ when statement.StartsWith("REINDEX") => "Write REINDEX … CONCURRENTLY in a file with \"-- migrator:tx none\"",
        _ when statement.StartsWith("CREATE", "INDEX") || statement.StartsWith("CREATE", "UNIQUE", "INDEX") => "Write CREATE INDEX CONCURRENTLY in a file with \"-- migrator:tx none\"",
        _ when Mentions(statement, "REFERENCES") => "Add the foreign key NOT VALID, and VALIDATE CONSTRAINT in the next file",
        _ when Mentions(statement, "ATTACH", "PARTITION") => "Give the partition a valid CHECK constraint of the same bounds first; attaching then reads nothing",
        _ when Mentions(statement, "UNIQUE") || Mentions(statement, "PRIMARY", "KEY") => "Build a unique index CONCURRENTLY first (\"-- migrator:tx none\"), then ADD CONSTRAINT … USING INDEX; columns of a primary key must be NOT NULL before",
        _ when Mentions(statement, "NOT", "NULL") => "Add CHECK (column IS NOT NULL) NOT VALID, VALIDATE CONSTRAINT in the next file, then SET NOT NULL, which trusts it, and drop the check",
        _ => "Add the constraint NOT VALID, and VALIDATE CONSTRAINT in the next file",
    };

    public static string ForRewrite(SqlStatement statement, TableState table) => statement switch
    {
        _ when statement.StartsWith("TRUNCATE") => "If the rows are really not needed, say so with \"-- migrator:allow REASON\"",
        _ when table.Kind == 'm' => "Give it a unique index and write REFRESH MATERIALIZED VIEW CONCURRENTLY",
        _ when Mentions(statement, "TYPE") => "Add a column of the new type, fill it in batches while a trigger keeps both, switch the release over, and drop the old one in a contract file",
        _ when Mentions(statement, "DEFAULT") || Mentions(statement, "IDENTITY") || Mentions(statement, "SERIAL") || Mentions(statement, "BIGSERIAL") || Mentions(statement, "GENERATED") =>
            "Add the column without it, set the default for new rows, and fill old rows in batches",
        _ => "Do it in a maintenance window with \"-- migrator:allow REASON\", or copy the rows into a new table in batches",
    };

    /// <summary>Whether the words follow each other somewhere in the statement, outside strings and comments.</summary>
    public static bool Mentions(SqlStatement statement, params ReadOnlySpan<string> words)
    {
        var tokens = new SqlTokens(statement.Text);
        var matched = 0;
        while (tokens.MoveNext())
        {
            if (tokens.Kind == SqlTokenKind.Comment) continue;
            var fits = tokens.Kind == SqlTokenKind.Word && string.Equals(tokens.Text, words[matched], StringComparison.OrdinalIgnoreCase);
            matched = fits ? matched + 1 : 0;
            if (matched == words.Length) return true;
        }

        return false;
    }
}
