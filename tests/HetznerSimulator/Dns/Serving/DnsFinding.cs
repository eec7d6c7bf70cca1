namespace HetznerSimulator.Dns.Serving;

/// <summary>What the zones have to say to a question.</summary>
internal sealed record DnsFinding(DnsStatus Status, IReadOnlyList<DnsRecord> Answers, IReadOnlyList<DnsRecord> Authority);
