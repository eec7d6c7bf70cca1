using System.Net;

namespace Provisioner.Hetzner;

/// <summary>What Hetzner's error codes mean for whoever meets them.</summary>
internal static class HetznerWords
{
    /// <summary>Whether the same call may succeed later by itself. Not so with <c>locked</c>: the other action may run for hours.</summary>
    public static bool IsTransient(string code) =>
        code is HetznerErrors.Conflict or HetznerErrors.RateLimitExceeded or "bad_gateway" or "timeout" or "server_error" or "unavailable" or "maintenance";

    public static string NextStep(string code) =>
        code switch
        {
            HetznerErrors.Unauthorized => "The token is wrong or was deleted. Make a new one in the console (Security, API tokens, Read & Write) and set Hetzner__Token.",
            HetznerErrors.ReadOnlyToken => "The token may only read. Make one with Read & Write in the console (Security, API tokens) and set Hetzner__Token.",
            HetznerErrors.Forbidden => "The token may not do this. Use one with Read & Write of the right project in Hetzner__Token, or ask the project's owner.",
            HetznerErrors.ResourceLimitExceeded => "The project's quota is used up. Remove what nobody needs, or ask for more in the console (Limits), then retry.",
            HetznerErrors.ResourceUnavailable or HetznerErrors.PlacementError => "It is sold out there. Choose another server type or location, or retry later.",
            HetznerErrors.UniquenessError => "Something else has that name or value. Find out whose it is; rename or remove it, then retry.",
            HetznerErrors.Protected => "It is protected. Take the protection off, if you are sure, then retry.",
            HetznerErrors.Locked => "Another action runs on it. Wait until that is done, then retry.",
            HetznerErrors.NotFound => "It does not exist in this token's project. Look whether somebody removed it.",
            HetznerErrors.InvalidInput or "json_error" or "unsupported_error" => "Correct the request.",
            "resource_in_use" => "Something still uses it. Take it off there, then retry.",
            "deprecated_api_endpoint" or "method_not_allowed" => "This version of the control plane is too old for Hetzner's API. Upgrade it.",
            _ when IsTransient(code) => "This passes by itself; retry, and look at https://status.hetzner.com if it does not.",
            _ => "Look the code up at https://docs.hetzner.cloud, then retry.",
        };

    /// <summary>The code that belongs to a status, for answers that carry none.</summary>
    public static string CodeOf(HttpStatusCode status) =>
        status switch
        {
            HttpStatusCode.Unauthorized => HetznerErrors.Unauthorized,
            HttpStatusCode.Forbidden => HetznerErrors.Forbidden,
            HttpStatusCode.NotFound => HetznerErrors.NotFound,
            HttpStatusCode.TooManyRequests => HetznerErrors.RateLimitExceeded,
            HttpStatusCode.BadGateway => "bad_gateway",
            HttpStatusCode.GatewayTimeout => "timeout",
            HttpStatusCode.ServiceUnavailable => "unavailable",
            >= HttpStatusCode.InternalServerError => "server_error",
            _ => $"http_{(int)status}",
        };
}
