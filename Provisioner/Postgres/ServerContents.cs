namespace Provisioner.Postgres;

/// <summary>All databases, roles and logical replication slots of one server at one moment each.</summary>
public sealed record ServerContents(IReadOnlyList<DatabaseOnServer> Databases, IReadOnlyList<RoleOnServer> Roles, IReadOnlyList<SlotOnServer> Slots);
