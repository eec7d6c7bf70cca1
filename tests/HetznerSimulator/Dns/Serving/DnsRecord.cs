namespace HetznerSimulator.Dns.Serving;

/// <summary>One record on its way out.</summary>
/// <param name="Host">Whose record it is, without a dot at the end.</param>
internal sealed record DnsRecord(string Host, ushort Type, int Ttl, byte[] Data);
