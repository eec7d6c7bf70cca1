namespace Provisioner.Acme;

/// <summary>Which authority issues certificates, and to whom.</summary>
public sealed record AcmeOptions
{
    /// <summary>Let's Encrypt, whose certificates every browser trusts.</summary>
    public static Uri LetsEncrypt { get; } = new("https://acme-v02.api.letsencrypt.org/directory");

    /// <summary>The authority's list of its own addresses (RFC 8555, 7.1.1).</summary>
    public Uri Directory { get; init; } = LetsEncrypt;

    /// <summary>Mail address that the authority may write to.</summary>
    public required string Contact { get; init; }

    /// <summary>The only root, in PEM, that the authority's own HTTPS may hang on; null for those that this machine trusts.</summary>
    public string? RootPem { get; init; }

    /// <summary>How long one certificate may take.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long one answer may take.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
