namespace Migrator.Sql;

/// <summary>One statement of a script, without its closing semicolon.</summary>
/// <param name="Text">As written, from its first token on; comments inside are kept.</param>
/// <param name="Line">The line of its first token in the file, from 1.</param>
/// <param name="Words">Its first words in upper case, comments left out; at most eight.</param>
public sealed record SqlStatement(string Text, int Line, IReadOnlyList<string> Words)
{
    /// <summary>The text on one line, cut to <paramref name="length"/> characters, for messages.</summary>
    public string Short(int length = 120)
    {
        var line = string.Join(' ', Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= length ? line : line[..length] + "…";
    }

    /// <summary>Whether the statement begins with these upper-case words.</summary>
    public bool StartsWith(params ReadOnlySpan<string> words)
    {
        if (words.Length > Words.Count) return false;
        for (var i = 0; i < words.Length; i++)
        {
            if (!string.Equals(words[i], Words[i], StringComparison.Ordinal)) return false;
        }

        return true;
    }
}
