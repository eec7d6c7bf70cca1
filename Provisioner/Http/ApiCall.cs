namespace Provisioner.Http;

/// <summary>One request to a provider's API. The path is relative to the endpoint and holds no secret; the body may.</summary>
internal sealed class ApiCall(HttpMethod method, string path)
{
    public HttpMethod Method { get; } = method;

    public string Path { get; } = path;

    /// <summary>JSON, if any.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Whether it may use the reserve of the rate limit: what takes back must go on when there is little left.</summary>
    public bool Urgent { get; init; }

    /// <summary>Whether doing it twice would make two of it; then it is not repeated when its answer is lost.</summary>
    public bool Once { get; init; }

    public override string ToString() => $"{Method} /{Path.Split('?')[0]}";
}
