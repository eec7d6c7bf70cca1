namespace Provisioner.Postgres;

/// <summary>A database found on a server, ours or not; PostgreSQL's own are left out.</summary>
/// <param name="Tag">Null where the comment is not one of ours.</param>
/// <param name="Owner">While a clone is unfinished, the tenant's or template's owner role; else the control plane's.</param>
/// <param name="ConnectionLimit">-1 for none.</param>
/// <param name="AllowsConnections">False for templates and for clones not finished.</param>
/// <param name="IsUsable">False when a drop was killed half-way; it can only be dropped again.</param>
/// <param name="TenantId">Whom it is bound to.</param>
public sealed record DatabaseOnServer(
    string Name, string? Comment, ObjectTag? Tag, string Owner, int ConnectionLimit, bool AllowsConnections, bool IsUsable, Guid? TenantId);
