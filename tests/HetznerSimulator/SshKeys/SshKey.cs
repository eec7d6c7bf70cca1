using HetznerSimulator.Resources;

namespace HetznerSimulator.SshKeys;

/// <summary>A public key that servers are made with.</summary>
public sealed class SshKey : Resource
{
    /// <summary>OpenSSH's one-line form.</summary>
    public required string PublicKey { get; init; }

    /// <summary>MD5 of the key in sixteen hexadecimal pairs, which is the API's form.</summary>
    public required string Fingerprint { get; init; }

    internal object Show() => new { Id, Name, Fingerprint, PublicKey, Labels, Created };
}
