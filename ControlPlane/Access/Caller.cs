namespace ControlPlane.Access;

/// <summary>
/// Who is asking, for the length of one scope. Nobody until <see cref="Become"/>; work that the control plane starts by
/// itself becomes <see cref="Itself"/>.
/// </summary>
public sealed class Caller
{
    private static readonly Identity Nobody = new(null, "anonymous", null, null);

    private Identity identity = Nobody;

    /// <summary>The API key's id; null for nobody, for the control plane itself and for a signed webhook.</summary>
    public Guid? KeyId => identity.KeyId;

    /// <summary>The API key's name.</summary>
    public string Name => identity.Name;

    /// <summary>Null for nobody.</summary>
    public Role? Role => identity.Role;

    /// <summary>The servers whose routes a runtime key may read; null is all.</summary>
    public IReadOnlySet<Guid>? ServerIds => identity.ServerIds;

    /// <summary>Where the request came from; null when the control plane itself asks.</summary>
    public string? Address { get; set; }

    public void Become(Identity who) => identity = who;

    /// <summary>The control plane's own work.</summary>
    /// <param name="part">Which part of it, for the audit trail.</param>
    public static Identity Itself(string part) => new(null, $"control-plane/{part}", Access.Role.Admin, null);

    /// <summary>Whom an API key, a signature, or the control plane makes of a scope.</summary>
    public sealed record Identity(Guid? KeyId, string Name, Role? Role, IReadOnlySet<Guid>? ServerIds);
}
