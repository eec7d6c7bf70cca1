namespace Migrator.Sql;

/// <summary>Walks over a script token by token; white space is skipped. Lines count from 1.</summary>
internal struct SqlTokens(string sql)
{
    private int next;
    private int nextLine = 1;

    public SqlTokenKind Kind { get; private set; }

    public int Start { get; private set; }

    public int End => next;

    public int Line { get; private set; }

    public readonly char First => sql[Start];

    public readonly string Text => sql[Start..next];

    public bool MoveNext()
    {
        while (next < sql.Length && (char.IsWhiteSpace(sql[next]) || sql[next] == '\uFEFF')) Advance(1);
        if (next >= sql.Length) return false;
        Start = next;
        Line = nextLine;
        Kind = Read();
        return true;
    }

    private SqlTokenKind Read()
    {
        var c = sql[next];
        if (c == '-' && Peek(1) == '-')
        {
            SkipLine();
            return SqlTokenKind.Comment;
        }

        if (c == '/' && Peek(1) == '*')
        {
            SkipBlockComment();
            return SqlTokenKind.Comment;
        }

        if (c == '\'')
        {
            SkipQuoted('\'', escapes: false);
            return SqlTokenKind.Literal;
        }

        if (c == '"')
        {
            SkipQuoted('"', escapes: false);
            return SqlTokenKind.QuotedName;
        }

        if (c is 'e' or 'E' && Peek(1) == '\'')
        {
            Advance(1);
            SkipQuoted('\'', escapes: true);
            return SqlTokenKind.Literal;
        }

        if (c == '$' && DollarTag() is { } tag)
        {
            var close = sql.IndexOf(tag, next + tag.Length, StringComparison.Ordinal);
            if (close < 0) throw new SqlSyntaxException($"{tag} is never closed", Line);
            Advance(close + tag.Length - next);
            return SqlTokenKind.Literal;
        }

        if (char.IsLetter(c) || c == '_')
        {
            while (next < sql.Length && (char.IsLetterOrDigit(sql[next]) || sql[next] is '_' or '$')) Advance(1);
            return SqlTokenKind.Word;
        }

        if (char.IsAsciiDigit(c))
        {
            while (next < sql.Length && (char.IsLetterOrDigit(sql[next]) || sql[next] is '_' or '.')) Advance(1);
            return SqlTokenKind.Literal;
        }

        Advance(1);
        return SqlTokenKind.Symbol;
    }

    private readonly char Peek(int ahead) => next + ahead < sql.Length ? sql[next + ahead] : '\0';

    private void Advance(int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (sql[next++] == '\n') nextLine++;
        }
    }

    private void SkipLine()
    {
        while (next < sql.Length && sql[next] != '\n') Advance(1);
    }

    private void SkipBlockComment()
    {
        var depth = 0;
        do
        {
            if (next >= sql.Length) throw new SqlSyntaxException("/* is never closed", Line);
            if (sql[next] == '/' && Peek(1) == '*')
            {
                depth++;
                Advance(2);
            }
            else if (sql[next] == '*' && Peek(1) == '/')
            {
                depth--;
                Advance(2);
            }
            else
            {
                Advance(1);
            }
        }
        while (depth > 0);
    }

    private void SkipQuoted(char quote, bool escapes)
    {
        Advance(1);
        while (next < sql.Length)
        {
            if (escapes && sql[next] == '\\' && next + 1 < sql.Length)
            {
                Advance(2);
            }
            else if (sql[next] != quote)
            {
                Advance(1);
            }
            else if (Peek(1) == quote)
            {
                Advance(2);
            }
            else
            {
                Advance(1);
                return;
            }
        }

        throw new SqlSyntaxException($"{quote} is never closed", Line);
    }

    /// <summary>The opening tag at the current place, <c>$$</c> or <c>$name$</c>; null for a parameter such as <c>$1</c>.</summary>
    private readonly string? DollarTag()
    {
        var end = next + 1;
        if (end < sql.Length && char.IsAsciiDigit(sql[end])) return null;
        while (end < sql.Length && (char.IsLetterOrDigit(sql[end]) || sql[end] == '_')) end++;
        return end < sql.Length && sql[end] == '$' ? sql[next..(end + 1)] : null;
    }
}
