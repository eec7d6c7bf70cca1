using System.Text.RegularExpressions;
using ControlPlane.Api;

namespace ControlPlane.Tenants;

/// <summary>The forms of names that customers bring, checked at the edge.</summary>
internal static partial class TenantName
{
    private const int LongestDomain = 253;

    /// <summary>Hosts beside the tenants', or names that could be mistaken for the operator's own.</summary>
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "admin", "administration", "administrator", "api", "app", "assets", "auth", "billing", "blog", "cdn", "control",
        "controlplane", "ctl", "dashboard", "dev", "docs", "ftp", "git", "health", "help", "imap", "internal", "localhost", "login",
        "mail", "metrics", "monitoring", "mx", "ns", "ns1", "ns2", "pgbouncer", "pop", "postgres", "postmaster", "public", "redis",
        "root", "security", "shared", "smtp", "ssh", "staging", "static", "status", "support", "system", "test", "webmail", "www",
    };

    public static IEnumerable<Fault> SlugFaults(string slug)
    {
        if (!SlugForm().IsMatch(slug))
        {
            yield return new("slug", "must be 3 to 40 lower-case letters, digits and dashes, beginning with a letter and ending with a letter or digit");
        }
        else if (slug.Contains("--", StringComparison.Ordinal))
        {
            yield return new("slug", "must not contain '--', which marks encoded international names");
        }
        else if (Reserved.Contains(slug))
        {
            yield return new("slug", $"must not be '{slug}', which is reserved");
        }
    }

    /// <param name="tenantHost">The host part of tenants' own addresses; names below it belong to slugs.</param>
    public static IEnumerable<Fault> DomainFaults(IReadOnlyList<string> domains, string tenantHost)
    {
        for (var i = 0; i < domains.Count; i++)
        {
            var (field, domain) = ($"domains[{i}]", domains[i]);
            if (domain.Length > LongestDomain || !DomainForm().IsMatch(domain))
            {
                yield return new(field, "must be a host name in lower case with at least one dot, without port and without a dot at the end");
            }
            else if (domain == tenantHost || domain.EndsWith($".{tenantHost}", StringComparison.Ordinal))
            {
                yield return new(field, $"must not lie below {tenantHost}, where slugs live");
            }
            else if (domains.Take(i).Contains(domain, StringComparer.Ordinal))
            {
                yield return new(field, "is named twice");
            }
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{1,38}[a-z0-9]\\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex SlugForm();

    [GeneratedRegex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex DomainForm();
}
