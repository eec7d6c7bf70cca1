namespace HetznerSimulator.Http;

/// <summary>A request that the cloud refuses: becomes <c>{"error": {"code", "message", "details"}}</c> with the status that belongs to the code.</summary>
public sealed class CloudException(string code, string message, object? details = null) : Exception(message)
{
    /// <summary>The document's table of error codes; codes of a single operation, such as <c>placement_error</c>, are 422.</summary>
    private static readonly Dictionary<string, int> Statuses = new(StringComparer.Ordinal)
    {
        ["json_error"] = 400,
        ["unauthorized"] = 401,
        ["token_readonly"] = 401,
        ["forbidden"] = 403,
        ["maintenance"] = 403,
        ["resource_limit_exceeded"] = 403,
        ["not_found"] = 404,
        ["firewall_resource_not_found"] = 404,
        ["uniqueness_error"] = 409,
        ["conflict"] = 409,
        ["deprecated_api_endpoint"] = 410,
        ["resource_unavailable"] = 412,
        ["primary_ip_version_mismatch"] = 412,
        ["locked"] = 423,
        ["protected"] = 423,
        ["rate_limit_exceeded"] = 429,
        ["server_error"] = 500,
        ["bad_gateway"] = 502,
        ["unavailable"] = 503,
        ["timeout"] = 504,
    };

    /// <summary>The error code for machines.</summary>
    public string Code { get; } = code;

    /// <summary>What the code's own schema says more, or null.</summary>
    public object? Details { get; } = details;

    /// <summary>The HTTP status of the code.</summary>
    public int Status => Statuses.GetValueOrDefault(Code, 422);

    internal object Body => new { Error = new { Code, Message, Details } };

    internal static CloudException Invalid(string field, string fault) =>
        new("invalid_input", $"invalid input in field '{field}': {fault}", new { Fields = new[] { new { Name = field, Messages = new[] { fault } } } });

    internal static CloudException NotFound(string kind, object key) => new("not_found", $"{kind} with ID '{key}' not found");

    internal static CloudException Taken(string kind, string field) =>
        new("uniqueness_error", $"{kind} with the same {field} already exists", new { Fields = new[] { new { Name = field } } });

    internal static CloudException LimitReached(string kind) =>
        new("resource_limit_exceeded", $"{kind} limit exceeded", new { Limits = new[] { new { Name = $"{kind}_limit" } } });
}
