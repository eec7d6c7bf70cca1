namespace Provisioner.Dns.Lookup;

/// <summary>How a DNS server took a question (RFC 1035, 4.1.1).</summary>
internal enum NameStatus
{
    Found = 0,
    Malformed = 1,
    ServerFailed = 2,
    NoSuchName = 3,
    NotImplemented = 4,
    Refused = 5,
}
