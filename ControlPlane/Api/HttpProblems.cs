using ControlPlane.Problems;

namespace ControlPlane.Api;

/// <summary>The problems of HTTP itself.</summary>
internal static class HttpProblems
{
    public static ProblemException Of(int status) => status switch
    {
        400 => new(400, "invalid_request", "The request is not as this address takes it.", "Look at /openapi/v1.json for what it takes."),
        401 => new(401, "unauthenticated", "There is no valid API key in the request: it is missing, unknown, expired or revoked.", "Send 'Authorization: Bearer cp_…'. An admin makes keys with: ctl keys create"),
        403 => new(403, "forbidden", "This API key's role does not allow that.", "Use a key with another role. An admin makes keys with: ctl keys create"),
        404 => new(404, "not_found", "There is nothing at this address.", "Look at /openapi/v1.json for what there is."),
        405 => new(405, "method_not_allowed", "This address does not know that method.", "The Allow header names those it knows."),
        413 => TooLarge(RequestBody.MaxBytes),
        415 => new(415, "unsupported_media_type", "The body is not declared as JSON.", "Send 'Content-Type: application/json'."),
        429 => new(429, "too_many_requests", "Too many requests at once.", "Wait as long as Retry-After says, then go on slower."),
        503 => new(503, "catalog_unavailable", "The catalog's database cannot be reached.", "Try again in a moment; /health/ready tells what is down."),
        _ => new(status, "internal_error", "Something went wrong inside the control plane.", "Look for the traceId in its log."),
    };

    /// <param name="most">Bytes that are taken.</param>
    public static ProblemException TooLarge(int most) => new(413, "too_large", $"The body is larger than {most / 1024} KiB.", "Send less at once.");
}
