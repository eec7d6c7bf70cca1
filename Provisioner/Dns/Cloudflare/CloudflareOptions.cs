namespace Provisioner.Dns.Cloudflare;

/// <summary>How to reach Cloudflare. The token is a secret; <see cref="ToString"/> leaves it out.</summary>
public sealed record CloudflareOptions
{
    /// <summary>An API token with Zone:Read and DNS:Edit for our zones.</summary>
    public required string Token { get; init; }

    public Uri Endpoint { get; init; } = new("https://api.cloudflare.com/client/v4/");

    /// <summary>How long one try of one request may take.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Tries of a request that fails for a passing reason.</summary>
    public int Attempts { get; init; } = 5;

    public override string ToString() => $"Cloudflare at {Endpoint}";
}
