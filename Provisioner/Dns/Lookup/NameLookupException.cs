namespace Provisioner.Dns.Lookup;

/// <summary>No DNS server answered a question; this says nothing about the name.</summary>
public sealed class NameLookupException(string message, Exception? inner = null) : ApiException("dns_unanswered", message, inner);
