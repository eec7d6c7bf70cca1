using System.Text.RegularExpressions;

namespace Provisioner.Acme;

/// <summary>The names of one certificate.</summary>
public static partial class CertificateNames
{
    /// <summary>What the authorities that we know take.</summary>
    private const int Most = 100;

    /// <summary>Sorted, each once, so that two lists that mean the same are the same.</summary>
    /// <exception cref="ArgumentException">There is none, there are more than 100, or one is no host name in lower case, with or without <c>*.</c> before it.</exception>
    public static IReadOnlyList<string> Normalize(IEnumerable<string> names)
    {
        string[] all = [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (all.Length is 0 or > Most)
        {
            throw new ArgumentException($"A certificate has from 1 to {Most} names, not {all.Length}.", nameof(names));
        }

        return Array.Find(all, n => n.Length > 253 || !Shape().IsMatch(n)) is { } wrong
            ? throw new ArgumentException($"'{wrong}' cannot stand in a certificate: write names as example.com or *.example.com, in lower case.", nameof(names))
            : all;
    }

    /// <summary>The name at which control is proven: a wildcard's without its <c>*.</c>.</summary>
    public static string BaseOf(string name) => name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name;

    [GeneratedRegex(@"^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Shape();
}
