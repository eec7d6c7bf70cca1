using System.Globalization;
using System.Text.RegularExpressions;
using ControlPlane.Api;
using ControlPlane.Start;

namespace ControlPlane.Tenants.Domains;

/// <summary>The form of customers' own host names, checked at the edge.</summary>
internal static partial class DomainName
{
    private const int Longest = 253;
    private const string Encoded = "xn--";

    private static readonly IdnMapping International = new() { UseStd3AsciiRules = true };

    /// <summary>A name as people write it, in the form that DNS and certificates have: lower case, <c>müller.de</c> as <c>xn--mller-kva.de</c>. What cannot be one comes back as it is.</summary>
    public static string Read(string written)
    {
        try
        {
            return written.Length is 0 or > Longest ? written : International.GetAscii(written.ToLowerInvariant());
        }
        catch (ArgumentException)
        {
            return written;
        }
    }

    /// <param name="name">As <see cref="Read"/> answers it.</param>
    public static IEnumerable<Fault> Faults(string field, string name, ControlPlaneSettings settings)
    {
        if (name.StartsWith("*.", StringComparison.Ordinal))
        {
            yield return new(field, "must be one host name: a wildcard's certificate would need the customer's own zone");
        }
        else if (name.Length > Longest || !Form().IsMatch(name))
        {
            yield return new(field, "must be a host name in lower case with at least one dot, without port and without a dot at the end");
        }
        else if (!IsDecodable(name))
        {
            yield return new(field, "has a part with '--' in its third and fourth place that is no encoded international name");
        }
        else if (Own(settings).FirstOrDefault(own => name == own || name.EndsWith($".{own}", StringComparison.Ordinal)) is { } own)
        {
            yield return own == settings.TenantHost
                ? new(field, $"must not lie below {own}, where slugs live")
                : new(field, $"must not lie in {own}, which is the control plane's own");
        }
    }

    private static IEnumerable<string> Own(ControlPlaneSettings settings)
    {
        yield return settings.TenantHost;
        if (settings.Machines.Zone is { } zone)
        {
            yield return zone;
        }

        if (Uri.TryCreate(settings.Machines.ControlPlane, UriKind.Absolute, out var self) && self.HostNameType == UriHostNameType.Dns)
        {
            yield return self.Host;
        }
    }

    private static bool IsDecodable(string name)
    {
        try
        {
            return name.Split('.').All(l => l.Length < Encoded.Length || l[2..4] != "--" || (l.StartsWith(Encoded, StringComparison.Ordinal) && International.GetAscii(International.GetUnicode(l)) == l));
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    [GeneratedRegex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}
