using System.Text.RegularExpressions;

namespace HetznerSimulator.Http;

/// <summary>The document's grammar of labels.</summary>
internal static partial class Labels
{
    public static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What is wrong with the labels, or null.</summary>
    public static string? Check(IReadOnlyDictionary<string, string> labels)
    {
        foreach (var (key, value) in labels)
        {
            if (!IsKey(key))
            {
                return $"label key '{key}' is not correctly formatted";
            }

            if (key.StartsWith("hetzner.cloud/", StringComparison.Ordinal))
            {
                return $"label key '{key}' has a reserved prefix";
            }

            if (value.Length > 0 && !Segment().IsMatch(value))
            {
                return $"label value '{value}' is not correctly formatted";
            }
        }

        return null;
    }

    public static bool IsKey(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return Segment().IsMatch(key[(slash + 1)..]) && (slash < 0 || (slash <= 253 && Prefix().IsMatch(key[..slash])));
    }

    [GeneratedRegex("^[a-zA-Z0-9]([a-zA-Z0-9._-]{0,61}[a-zA-Z0-9])?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Segment();

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Prefix();
}
