using System.Net;

namespace Provisioner.Dns.Lookup;

/// <summary>One record of an answer: an alias or an address.</summary>
internal sealed record NameRecord(string Owner, string? Alias, IPAddress? Address);
