namespace Provisioner.Dns.Cloudflare;

/// <summary>Sent to make or change a record.</summary>
/// <param name="Proxied">False: the world is told our address, not Cloudflare's.</param>
internal sealed record CloudflareRecordBody(string Name, string Type, string Content, int Ttl, string Comment, bool Proxied = false);
