namespace HetznerSimulator.Dns.Serving;

/// <summary>Response codes (RFC 1035, 4.1.1).</summary>
internal enum DnsStatus
{
    NoError = 0,
    NoSuchName = 3,
    Refused = 5,
}
