namespace Provisioner.Dns.Cloudflare;

/// <summary>One record as Cloudflare has it.</summary>
/// <param name="Name">With the zone.</param>
/// <param name="Ttl">Seconds; 1 leaves it to Cloudflare.</param>
internal sealed record CloudflareRecord(string Id, string Name, string Type, string Content, int Ttl, string? Comment = null);
