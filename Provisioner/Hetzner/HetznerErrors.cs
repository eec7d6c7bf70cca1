namespace Provisioner.Hetzner;

/// <summary>The codes of <see cref="HetznerException"/> that a caller may want to tell apart: Hetzner's own, and ours below them.</summary>
public static class HetznerErrors
{
    public const string Conflict = "conflict";
    public const string Forbidden = "forbidden";
    public const string InvalidInput = "invalid_input";
    public const string Locked = "locked";
    public const string NotFound = "not_found";
    public const string PlacementError = "placement_error";
    public const string Protected = "protected";
    public const string RateLimitExceeded = "rate_limit_exceeded";
    public const string ReadOnlyToken = "token_readonly";
    public const string ResourceLimitExceeded = "resource_limit_exceeded";
    public const string ResourceUnavailable = "resource_unavailable";
    public const string Unauthorized = "unauthorized";
    public const string UniquenessError = "uniqueness_error";

    /// <summary>No answer, or a broken one.</summary>
    public const string NoAnswer = "no_answer";

    /// <summary>Several objects have the name that only one should have.</summary>
    public const string Ambiguous = "ambiguous_name";

    /// <summary>An action was still running when waiting for it ended.</summary>
    public const string ActionStuck = "action_stuck";
}
