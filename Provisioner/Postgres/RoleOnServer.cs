namespace Provisioner.Postgres;

/// <summary>A role found on a server, ours or not; PostgreSQL's own and the administrator are left out.</summary>
/// <param name="Tag">Null where the comment is not one of ours.</param>
/// <param name="ConnectionLimit">-1 for none.</param>
/// <param name="IsPrivileged">Has what no tenant's role may have: a role attribute such as SUPERUSER, or membership in one of PostgreSQL's own roles.</param>
public sealed record RoleOnServer(string Name, string? Comment, ObjectTag? Tag, bool CanLogin, int ConnectionLimit, bool IsPrivileged);
