namespace Provisioner.Dns.Cloudflare;

/// <summary>The codes of <see cref="CloudflareException"/> that a caller may want to tell apart: Cloudflare's numbers, and ours below them.</summary>
public static class CloudflareErrors
{
    public const string AddressExists = "81053";
    public const string AliasExists = "81054";
    public const string RecordExists = "81057";
    public const string IdenticalRecordExists = "81058";
    public const string RecordNotFound = "81044";
    public const string Authentication = "10000";
    public const string InvalidToken = "1000";
    public const string Unauthorized = "9109";
    public const string InvalidHeaders = "6003";
    public const string Validation = "1004";

    /// <summary>No answer, or a broken one.</summary>
    public const string NoAnswer = "no_answer";

    /// <summary>The token sees no such zone.</summary>
    public const string NoZone = "zone_not_found";
}
