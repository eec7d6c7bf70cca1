using Provisioner.Dns.Cloudflare;
using Provisioner.Hetzner;

namespace Provisioner;

/// <summary>The accounts that servers and DNS records are made with. The tokens are secrets; <see cref="ToString"/> leaves them out.</summary>
public sealed record CloudSettings
{
    /// <summary>Setting <c>Hetzner__Token</c>.</summary>
    public string? HetznerToken { get; init; }

    /// <summary>Setting <c>Hetzner__Endpoint</c>; null is Hetzner's own.</summary>
    public string? HetznerEndpoint { get; init; }

    /// <summary>Setting <c>Cloudflare__Token</c>.</summary>
    public string? CloudflareToken { get; init; }

    /// <summary>Setting <c>Cloudflare__Endpoint</c>; null is Cloudflare's own.</summary>
    public string? CloudflareEndpoint { get; init; }

    /// <summary>Null without a token. Ask <see cref="Faults"/> first.</summary>
    public HetznerOptions? Hetzner =>
        HetznerToken is not { } token ? null
        : HetznerEndpoint is { } endpoint ? new HetznerOptions { Token = token, Endpoint = new Uri(endpoint) }
        : new HetznerOptions { Token = token };

    /// <summary>Null without a token. Ask <see cref="Faults"/> first.</summary>
    public CloudflareOptions? Cloudflare =>
        CloudflareToken is not { } token ? null
        : CloudflareEndpoint is { } endpoint ? new CloudflareOptions { Token = token, Endpoint = new Uri(endpoint) }
        : new CloudflareOptions { Token = token };

    /// <summary>Everything that is wrong or missing, each with its remedy; empty when all is well. Shows no token.</summary>
    /// <param name="needsHetzner">Whether servers at Hetzner are to be made.</param>
    /// <param name="needsCloudflare">Whether a zone at Cloudflare is to be written.</param>
    public IReadOnlyList<string> Faults(bool needsHetzner, bool needsCloudflare) =>
    [
        .. FaultsOf("Hetzner", HetznerToken, HetznerEndpoint, needsHetzner, "Make one with Read & Write in the console (Security, API tokens)."),
        .. FaultsOf("Cloudflare", CloudflareToken, CloudflareEndpoint, needsCloudflare, "Make one with Zone:Read and DNS:Edit for the zone (My Profile, API Tokens)."),
    ];

    public override string ToString() => $"{Hetzner?.ToString() ?? "no Hetzner"}, {Cloudflare?.ToString() ?? "no Cloudflare"}";

    private static IEnumerable<string> FaultsOf(string name, string? token, string? endpoint, bool needed, string remedy)
    {
        if (token is null && (needed || endpoint is not null))
        {
            yield return $"{name}__Token is missing. {remedy}";
        }

        if (token is not null && (token.Length == 0 || token.Any(c => c is <= ' ' or > '~')))
        {
            yield return $"{name}__Token is no token: it is empty, or holds a space, a line break or a letter that no token has. Copy it again, whole and without quotes. {remedy}";
        }

        if (endpoint is null)
        {
            yield break;
        }

        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http") || address.Query.Length > 0)
        {
            yield return $"{name}__Endpoint is '{endpoint}'. Write it as https://api.example.com/v1, or leave it out for {name}'s own.";
        }
        else if (address.Scheme == "http" && !address.IsLoopback)
        {
            yield return $"{name}__Endpoint is '{endpoint}', where the token would travel for everybody to read. Use https.";
        }
    }
}
