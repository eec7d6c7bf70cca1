namespace ControlPlane.Access;

/// <summary>
/// Says who may send a request or call an endpoint: any of the roles, or an admin. A viewer's right is every person's right.
/// What carries no such attribute is refused to everybody.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class RequiresAttribute(params Role[] roles) : Attribute
{
    public IReadOnlyList<Role> Roles { get; } = roles;

    /// <summary>A tenant application's requests carry database passwords, so they are for runtime keys alone.</summary>
    public bool Allows(Role role) =>
        Roles.Contains(role)
        || (role != Role.Runtime && Roles.Contains(Role.Viewer))
        || (role == Role.Admin && Roles.Any(r => r != Role.Runtime));
}
