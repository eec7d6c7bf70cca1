namespace Migrator.Sql;

/// <summary>
/// Cuts a PostgreSQL script into statements, as psql does: semicolons inside strings, quoted names, dollar quotes,
/// comments, parentheses and <c>BEGIN ATOMIC … END</c> bodies do not end a statement.
/// </summary>
public static class SqlScript
{
    private const int KeptWords = 8;

    /// <summary>The statements in order; pieces that hold only comments are left out.</summary>
    /// <exception cref="SqlSyntaxException">A quote, comment or body is never closed, or a psql command is used.</exception>
    public static IReadOnlyList<SqlStatement> Split(string sql)
    {
        var statements = new List<SqlStatement>();
        var tokens = new SqlTokens(sql);
        var words = new List<string>();
        int start = -1, end = 0, startLine = 0, parentheses = 0, bodies = 0;
        var previous = "";

        while (tokens.MoveNext())
        {
            if (tokens.Kind == SqlTokenKind.Comment) continue;
            if (tokens.Kind == SqlTokenKind.Symbol && tokens.First == ';' && parentheses == 0 && bodies == 0)
            {
                Close();
                continue;
            }

            if (start < 0)
            {
                if (tokens.First == '\\') throw new SqlSyntaxException("psql commands (\\…) are not SQL; write plain statements", tokens.Line);
                start = tokens.Start;
                startLine = tokens.Line;
            }

            end = tokens.End;
            if (tokens.Kind == SqlTokenKind.Symbol)
            {
                if (tokens.First == '(') parentheses++;
                if (tokens.First == ')' && parentheses > 0) parentheses--;
            }
            else if (tokens.Kind == SqlTokenKind.Word)
            {
                var word = tokens.Text.ToUpperInvariant();
                if (words.Count < KeptWords) words.Add(word);
                if (word is "ATOMIC" && previous is "BEGIN") bodies++;
                else if (bodies > 0 && word is "CASE") bodies++;
                else if (bodies > 0 && word is "END") bodies--;
                previous = word;
                continue;
            }
            else if (tokens.Kind == SqlTokenKind.QuotedName && words.Count < KeptWords)
            {
                words.Add(tokens.Text);
            }

            previous = "";
        }

        if (bodies > 0) throw new SqlSyntaxException("BEGIN ATOMIC without its END", startLine);
        Close();
        return statements;

        void Close()
        {
            if (start >= 0) statements.Add(new SqlStatement(sql[start..end], startLine, [.. words]));
            words.Clear();
            start = -1;
            parentheses = 0;
        }
    }
}
