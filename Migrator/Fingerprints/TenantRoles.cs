namespace Migrator.Fingerprints;

/// <summary>Roles whose names differ from tenant to tenant; a fingerprint calls them <c>{owner}</c> and <c>{login}</c>.</summary>
/// <param name="Owner">Null for the role that owns the database.</param>
/// <param name="Login">Null where no login has privileges of its own.</param>
public sealed record TenantRoles(string? Owner = null, string? Login = null);
