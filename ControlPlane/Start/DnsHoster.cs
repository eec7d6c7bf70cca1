namespace ControlPlane.Start;

/// <summary>Who serves our zone.</summary>
public enum DnsHoster
{
    Hetzner,
    Cloudflare,
}
