namespace Provisioner.Dns.Cloudflare;

/// <summary>A zone as Cloudflare has it.</summary>
internal sealed record CloudflareZone(string Id, string Name);
