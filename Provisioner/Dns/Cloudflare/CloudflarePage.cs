namespace Provisioner.Dns.Cloudflare;

/// <summary>Where in a list an answer is.</summary>
internal sealed record CloudflarePage(int Page, int TotalPages);
