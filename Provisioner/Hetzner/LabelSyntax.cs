using System.Text.RegularExpressions;

namespace Provisioner.Hetzner;

/// <summary>What Hetzner accepts as a label.</summary>
internal static partial class LabelSyntax
{
    private const string Word = "[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?";

    /// <exception cref="ArgumentException">Names the label and what is wrong with it.</exception>
    public static void Check(IReadOnlyDictionary<string, string> labels)
    {
        foreach (var (key, value) in labels)
        {
            CheckKey(key);
            CheckValue(value);
        }
    }

    /// <summary>These labels and those by which we know what is ours.</summary>
    /// <exception cref="ArgumentException">Names the label and what is wrong with it.</exception>
    public static Dictionary<string, string> Owned(Ownership owner, IReadOnlyDictionary<string, string> labels)
    {
        Check(labels);
        var all = new Dictionary<string, string>(labels, StringComparer.Ordinal);
        foreach (var (key, value) in owner.Labels)
        {
            all[key] = value;
        }

        return all;
    }

    public static string CheckKey(string key) =>
        Key().IsMatch(key) && !key.StartsWith("hetzner.cloud/", StringComparison.Ordinal)
            ? key
            : throw new ArgumentException($"'{key}' is no label key: up to 63 letters, digits, '-', '_' and '.', first and last a letter or digit, perhaps after a DNS name and '/'; 'hetzner.cloud/' is reserved.", nameof(key));

    public static string CheckValue(string value) =>
        Value().IsMatch(value)
            ? value
            : throw new ArgumentException($"'{value}' is no label value: up to 63 letters, digits, '-', '_' and '.', first and last a letter or digit, or nothing.", nameof(value));

    [GeneratedRegex($@"^(?=[^/]*$|[^/]{{1,253}}/)([a-z0-9]([a-z0-9-]{{0,61}}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{{0,61}}[a-z0-9])?)*/)?{Word}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Key();

    [GeneratedRegex($@"^({Word})?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Value();
}
