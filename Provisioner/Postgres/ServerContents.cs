namespace Provisioner.Postgres;

/// <summary>All databases and roles of one server at one moment each.</summary>
public sealed record ServerContents(IReadOnlyList<DatabaseOnServer> Databases, IReadOnlyList<RoleOnServer> Roles);
