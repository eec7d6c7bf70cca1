namespace Provisioner.Ssh;

/// <summary>Where to log in, and which host must answer there.</summary>
public sealed record SshTarget
{
    /// <summary>Names the host in known_hosts whatever its address is, and in messages; letters, digits, dots, dashes and underscores.</summary>
    public required string Alias
    {
        get;
        init => field = value.Length > 0 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_') && value[0] != '-'
            ? value
            : throw new ArgumentException($"'{value}' cannot name a host: use letters, digits, dots, dashes and underscores.", nameof(value));
    }

    /// <summary>IP address or name.</summary>
    public required string Address
    {
        get;
        init => field = value.Length > 0 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or ':') && value[0] != '-'
            ? value
            : throw new ArgumentException($"'{value}' is neither an IP address nor a host name.", nameof(value));
    }

    public int Port { get; init; } = 22;

    public required string User
    {
        get;
        init => field = value.Length > 0 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && value[0] != '-'
            ? value
            : throw new ArgumentException($"'{value}' is no user name.", nameof(value));
    }

    /// <summary>The pinned public keys, one of which the host must show. More than one only while a new key replaces the old.</summary>
    public required IReadOnlyList<string> HostKeys
    {
        get;
        init => field = value.Count > 0
            ? [.. value.Select(SshPublicKey.Normalize)]
            : throw new ArgumentException("A host needs a pinned key; an unknown one is never trusted.", nameof(value));
    }

    public override string ToString() => $"{Alias} ({User}@{Address}:{Port})";
}
