using ControlPlane.Problems;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ControlPlane.Api;

/// <summary>
/// What a broken constraint means to the caller. Handlers look first and answer better; these are the races that only the
/// database sees.
/// </summary>
internal static class Constraints
{
    private static readonly Dictionary<string, Func<ProblemException>> Meanings = new(StringComparer.Ordinal)
    {
        ["tenants_slug"] = () => Taken("slug", "tenant"),
        ["domains_pkey"] = () => Taken("domain", "tenant"),
        ["servers_name_key"] = () => Taken("name", "server"),
        ["api_keys_name"] = () => Taken("name", "key"),
        ["operations_live"] = () => new(
            409,
            "operation_in_progress",
            "Another operation on the same subject has just begun.",
            "Watch it with: ctl operations list; then try again."),
    };

    /// <summary>Null when it is not a refusal by a known constraint.</summary>
    public static ProblemException? Explain(Exception error)
    {
        var cause = error is DbUpdateException { InnerException: PostgresException inner } ? inner : error as PostgresException;
        return cause switch
        {
            { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: { } name } when Meanings.TryGetValue(name, out var meaning) => meaning(),
            { SqlState: PostgresErrorCodes.LockNotAvailable } => new(
                409,
                "still_in_progress",
                "The first request with this Idempotency-Key, or another change of the same thing, is still being worked on.",
                "Send it again in a few seconds."),
            _ => null,
        };
    }

    private static ProblemException Taken(string member, string kind) =>
        new(409, $"{kind}_taken", $"Another {kind} with this {member} has just been made.", $"List what exists with: ctl {kind}s list");
}
