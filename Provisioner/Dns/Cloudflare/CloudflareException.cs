namespace Provisioner.Dns.Cloudflare;

/// <summary>A call to Cloudflare that failed; <see cref="ProvisioningException.Code"/> is one of <see cref="CloudflareErrors"/> or another of Cloudflare's numbers.</summary>
public sealed class CloudflareException(string code, string message, Exception? inner = null) : ApiException(code, message, inner);
