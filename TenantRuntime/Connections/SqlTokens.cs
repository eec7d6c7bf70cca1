namespace TenantRuntime.Connections;

/// <summary>Reads SQL token by token, leaving out comments and what is inside literals.</summary>
internal ref struct SqlTokens(ReadOnlySpan<char> sql)
{
    public const int LongestWord = 64;

    private readonly ReadOnlySpan<char> sql = sql;
    private readonly char[] lower = new char[LongestWord];
    private int at;
    private int length;

    public SqlTokenKind Kind { get; private set; }

    /// <summary>In lower case. Longer than PostgreSQL's names can be, it is cut off.</summary>
    public readonly ReadOnlySpan<char> Word => lower.AsSpan(0, length);

    /// <summary>A literal or comment never ended: nothing can be said about the text.</summary>
    public bool IsUnfinished { get; private set; }

    public bool Next()
    {
        while (at < sql.Length)
        {
            var c = sql[at];
            if (char.IsWhiteSpace(c))
            {
                at++;
            }
            else if (c == '-' && Peek(1) == '-')
            {
                SkipLine();
            }
            else if (c == '/' && Peek(1) == '*')
            {
                // Nested comments end later for PostgreSQL than here; what then follows is judged as well, never left out.
                at += 2;
                SkipTo("*/");
            }
            else
            {
                Read(c);
                return true;
            }
        }

        return false;
    }

    private void Read(char c)
    {
        if (char.IsLetter(c) || c == '_')
        {
            ReadWord();
        }
        else if (c == '"')
        {
            Kind = SqlTokenKind.QuotedName;
            at++;
            SkipTo("\"");
        }
        else if (c == '\'')
        {
            Kind = SqlTokenKind.Other;
            SkipLiteral(backslashEscapes: false);
        }
        else if (c == '$' && TrySkipDollarQuoted())
        {
            Kind = SqlTokenKind.Other;
        }
        else
        {
            Kind = c switch { '(' => SqlTokenKind.Open, ';' => SqlTokenKind.Semicolon, '.' => SqlTokenKind.Dot, _ => SqlTokenKind.Other };
            at++;
        }
    }

    private void ReadWord()
    {
        var start = at;
        while (at < sql.Length && (char.IsLetterOrDigit(sql[at]) || sql[at] is '_' or '$'))
        {
            at++;
        }

        Kind = SqlTokenKind.Word;
        length = Math.Min(at - start, LongestWord);
        sql.Slice(start, length).ToLowerInvariant(lower);
        if (at < sql.Length && sql[at] == '\'' && Word is "e" or "n" or "b" or "x")
        {
            Kind = SqlTokenKind.Other;
            SkipLiteral(backslashEscapes: Word is "e");
        }
    }

    private void SkipLiteral(bool backslashEscapes)
    {
        for (at++; at < sql.Length; at++)
        {
            if (backslashEscapes && sql[at] == '\\')
            {
                at++;
            }
            else if (sql[at] == '\'')
            {
                if (Peek(1) != '\'')
                {
                    at++;
                    return;
                }

                at++;
            }
        }

        IsUnfinished = true;
    }

    private bool TrySkipDollarQuoted()
    {
        var rest = sql[(at + 1)..];
        var end = rest.IndexOf('$');
        if (end < 0 || rest[..end].ContainsAnyExcept(TagCharacters) || (end > 0 && char.IsAsciiDigit(rest[0])))
        {
            return false;
        }

        var tag = sql.Slice(at, end + 2);
        at += tag.Length;
        SkipTo(tag);
        return true;
    }

    private static readonly System.Buffers.SearchValues<char> TagCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    private void SkipLine()
    {
        var end = sql[at..].IndexOfAny('\n', '\r');
        at = end < 0 ? sql.Length : at + end;
    }

    private void SkipTo(ReadOnlySpan<char> end)
    {
        var found = sql[Math.Min(at, sql.Length)..].IndexOf(end);
        IsUnfinished |= found < 0;
        at = found < 0 ? sql.Length : at + found + end.Length;
    }

    private readonly char Peek(int ahead) => at + ahead < sql.Length ? sql[at + ahead] : '\0';
}
