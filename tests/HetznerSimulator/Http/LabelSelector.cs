namespace HetznerSimulator.Http;

/// <summary>A query over labels: <c>k=v,k2!=v,k3,!k4,k5 in (a,b),k6 notin (a,b)</c>; all parts must hold.</summary>
internal sealed class LabelSelector
{
    private readonly List<Func<IReadOnlyDictionary<string, string>, bool>> _terms = [];

    /// <exception cref="CloudException">The text is no selector.</exception>
    public LabelSelector(string text)
    {
        foreach (var part in Split(text))
        {
            _terms.Add(Term(part.Trim(), text));
        }
    }

    public bool Matches(IReadOnlyDictionary<string, string> labels) => _terms.TrueForAll(t => t(labels));

    private static Func<IReadOnlyDictionary<string, string>, bool> Term(string part, string text)
    {
        if (part.IndexOf(" notin ", StringComparison.Ordinal) is > 0 and var notIn)
        {
            var (absent, values) = (Key(part[..notIn], text), Set(part[(notIn + 7)..], text));
            return labels => !labels.TryGetValue(absent, out var value) || !values.Contains(value);
        }

        if (part.IndexOf(" in ", StringComparison.Ordinal) is > 0 and var isIn)
        {
            var (present, values) = (Key(part[..isIn], text), Set(part[(isIn + 4)..], text));
            return labels => labels.TryGetValue(present, out var value) && values.Contains(value);
        }

        if (part.IndexOf("!=", StringComparison.Ordinal) is > 0 and var differs)
        {
            var (name, unwanted) = (Key(part[..differs], text), part[(differs + 2)..].Trim());
            return labels => !labels.TryGetValue(name, out var value) || value != unwanted;
        }

        if (part.IndexOf('=', StringComparison.Ordinal) is > 0 and var equal)
        {
            var (name, wanted) = (Key(part[..equal], text), part[(equal + 1)..].TrimStart('=').Trim());
            return labels => labels.TryGetValue(name, out var value) && value == wanted;
        }

        if (part.StartsWith('!'))
        {
            var missing = Key(part[1..], text);
            return labels => !labels.ContainsKey(missing);
        }

        var key = Key(part, text);
        return labels => labels.ContainsKey(key);
    }

    private static string Key(string key, string text) =>
        Labels.IsKey(key.Trim()) ? key.Trim() : throw CloudException.Invalid("label_selector", $"'{text}' is no label selector");

    private static HashSet<string> Set(string list, string text)
    {
        list = list.Trim();
        return list.StartsWith('(') && list.EndsWith(')')
            ? list[1..^1].Split(',', StringSplitOptions.TrimEntries).ToHashSet(StringComparer.Ordinal)
            : throw CloudException.Invalid("label_selector", $"'{text}' is no label selector");
    }

    private static IEnumerable<string> Split(string text)
    {
        var (start, depth) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (text[i] == ',' && depth == 0)
            {
                yield return text[start..i];
                start = i + 1;
            }
        }

        yield return text[start..];
    }
}
