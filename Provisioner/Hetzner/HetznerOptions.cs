namespace Provisioner.Hetzner;

/// <summary>How to reach one project of the Hetzner Cloud. The token is a secret; <see cref="ToString"/> leaves it out.</summary>
public sealed record HetznerOptions
{
    /// <summary>Read and write access to one project.</summary>
    public required string Token { get; init; }

    public Uri Endpoint { get; init; } = new("https://api.hetzner.cloud/v1/");

    /// <summary>How long one try of one request may take.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait for an action before it counts as stuck.</summary>
    public TimeSpan ActionTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Tries of a request that fails for a passing reason.</summary>
    public int Attempts { get; init; } = 5;

    public override string ToString() => $"Hetzner Cloud at {Endpoint}";
}
