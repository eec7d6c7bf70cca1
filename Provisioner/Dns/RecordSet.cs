using System.Net;
using System.Net.Sockets;

namespace Provisioner.Dns;

/// <summary>What one name and type shall say.</summary>
public sealed record RecordSet
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <param name="values">Addresses, host names without a dot at the end, or plain texts of any length; in any order.</param>
    /// <param name="ttl">How long others may remember it: 60 s to a day, 5 minutes by default.</param>
    /// <exception cref="ArgumentException">A value does not fit the type, there is none, or the time is out of range.</exception>
    public RecordSet(RecordName name, IReadOnlyCollection<string> values, TimeSpan? ttl = null)
    {
        if (values.Count == 0 || (name.Type == RecordType.CNAME && values.Count > 1))
        {
            throw new ArgumentException($"{name} has {values.Count} values. {(values.Count == 0 ? "Give at least one, or remove the record set." : "An alias can have only one.")}", nameof(values));
        }

        Name = name;
        Values = [.. values.Select(v => Normal(name, v)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        Ttl = ttl ?? TimeSpan.FromMinutes(5);
        if (Ttl < Shortest || Ttl > Longest)
        {
            throw new ArgumentException($"{name} shall be remembered for {Ttl.TotalSeconds:0} s. Choose 60 to 86400.", nameof(ttl));
        }
    }

    public RecordName Name { get; }

    /// <summary>Sorted, each once, in their usual form.</summary>
    public IReadOnlyList<string> Values { get; }

    public TimeSpan Ttl { get; }

    public override string ToString() => $"{Name} {string.Join(", ", Values)}";

    /// <summary>The usual form of a value, so that two that mean the same are the same.</summary>
    private static string Normal(RecordName name, string value) =>
        name.Type switch
        {
            RecordType.A or RecordType.AAAA => IPAddress.TryParse(value, out var address) && address.AddressFamily == (name.Type == RecordType.A ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6)
                ? address.ToString()
                : throw new ArgumentException($"'{value}' is no address for {name}.", nameof(value)),
            RecordType.CNAME => Uri.CheckHostName(value.TrimEnd('.')) == UriHostNameType.Dns
                ? value.TrimEnd('.').ToLowerInvariant()
                : throw new ArgumentException($"'{value}' is no host name for {name}.", nameof(value)),
            _ => value.Length > 0 ? value : throw new ArgumentException($"{name} has an empty value.", nameof(value)),
        };
}
