using System.Text.RegularExpressions;

namespace Provisioner.Postgres;

/// <summary>The comment by which we know our own databases and roles: <c>controlplane:INSTALLATION:ID</c>, or <c>…:template:FINGERPRINT</c>.</summary>
public sealed partial record ObjectTag
{
    private const string TemplateMark = "template:";

    private ObjectTag(string installation, Guid? tenantDatabaseId, string? fingerprint)
    {
        Installation = installation;
        TenantDatabaseId = tenantDatabaseId;
        Fingerprint = fingerprint;
    }

    public string Installation { get; }

    /// <summary>Set for a tenant's database and roles.</summary>
    public Guid? TenantDatabaseId { get; }

    /// <summary>Set for templates and their owner roles; empty while one is being built.</summary>
    public string? Fingerprint { get; }

    /// <summary>Null when the comment is not one of ours.</summary>
    public static ObjectTag? Parse(string? comment)
    {
        if (comment is null || Shape().Match(comment) is not { Success: true } match)
        {
            return null;
        }

        var (installation, rest) = (match.Groups["installation"].Value, match.Groups["rest"].Value);
        if (rest.StartsWith(TemplateMark, StringComparison.Ordinal))
        {
            return new ObjectTag(installation, null, rest[TemplateMark.Length..]);
        }

        return Guid.TryParseExact(rest, "D", out var id) ? new ObjectTag(installation, id, null) : null;
    }

    public override string ToString() =>
        $"controlplane:{Installation}:{(TenantDatabaseId is { } id ? id.ToString("D") : TemplateMark + Fingerprint)}";

    internal static ObjectTag ForTenant(string installation, Guid tenantDatabaseId) => new(installation, tenantDatabaseId, null);

    internal static ObjectTag ForTemplate(string installation, string fingerprint) => new(installation, null, fingerprint);

    internal static bool IsInstallation(string text) => Shape().IsMatch($"controlplane:{text}:x");

    [GeneratedRegex("^controlplane:(?<installation>[a-z0-9-]{1,40}):(?<rest>.+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Shape();
}
