using System.Net;

namespace Provisioner.Dns.Lookup;

/// <summary>Where a name leads.</summary>
/// <param name="Aliases">Names that it is an alias for, one after the other; the last has the addresses.</param>
/// <param name="Addresses">IPv4 before IPv6; none when the name is unknown or has no address.</param>
public sealed record NameAnswer(string Name, IReadOnlyList<string> Aliases, IReadOnlyList<IPAddress> Addresses);
