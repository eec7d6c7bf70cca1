namespace Migrator.Databases;

/// <summary>The owner role that a session must run as.</summary>
public sealed record OwnerRole(string Name)
{
    /// <summary>Whether an administrator's login has found that the role is no superuser and may not alter roles. Else the session has to ask, which is slow there.</summary>
    internal bool IsKnownPlain { get; init; }

    public static implicit operator OwnerRole?(string? name) => name is null ? null : new OwnerRole(name);

    public override string ToString() => Name;
}
