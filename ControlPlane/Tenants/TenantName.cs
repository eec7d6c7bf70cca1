using System.Text.RegularExpressions;
using ControlPlane.Api;

namespace ControlPlane.Tenants;

/// <summary>The form of customers' names, checked at the edge.</summary>
internal static partial class TenantName
{
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

    [GeneratedRegex("^[a-z][a-z0-9-]{1,38}[a-z0-9]\\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex SlugForm();
}
