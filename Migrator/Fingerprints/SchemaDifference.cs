namespace Migrator.Fingerprints;

/// <summary>One object that two schemas do not agree on.</summary>
/// <param name="Expected">Its definition where it should be; null when it should not exist.</param>
/// <param name="Actual">Its definition where it is; null when it is missing.</param>
public sealed record SchemaDifference(string Kind, string Name, string? Expected, string? Actual)
{
    /// <summary>Every object that differs, ordered by kind and name; empty when the hashes are equal.</summary>
    public static IReadOnlyList<SchemaDifference> Between(SchemaFingerprint expected, SchemaFingerprint actual)
    {
        var wanted = ByName(expected);
        var found = ByName(actual);
        return
        [
            .. wanted.Keys.Union(found.Keys)
                .Select(key => new SchemaDifference(key.Kind, key.Name, wanted.GetValueOrDefault(key), found.GetValueOrDefault(key)))
                .Where(difference => !string.Equals(difference.Expected, difference.Actual, StringComparison.Ordinal))
                .OrderBy(difference => difference.Kind, StringComparer.Ordinal)
                .ThenBy(difference => difference.Name, StringComparer.Ordinal),
        ];
    }

    public override string ToString() => (Expected, Actual) switch
    {
        (_, null) => $"- {Kind} {Name}: missing",
        (null, _) => $"+ {Kind} {Name}: not expected",
        _ => $"~ {Kind} {Name}: {Actual}; expected {Expected}",
    };

    // Two objects of a kind share a name only by default privileges granted twice.
    private static Dictionary<(string Kind, string Name), string> ByName(SchemaFingerprint fingerprint) =>
        fingerprint.Objects
            .GroupBy(item => (item.Kind, item.Name))
            .ToDictionary(group => group.Key, group => string.Join(" | ", group.Select(item => item.Definition)));
}
