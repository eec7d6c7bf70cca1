using Provisioner.Postgres;

namespace Provisioner.Moves;

/// <summary>Names of what one move makes on its two servers, all derived from its id, so that it can be found again and told from others'.</summary>
public readonly record struct MoveNames(Guid Id)
{
    /// <summary>The role that reads on one server for the other and writes what comes from there; its rights end with the tenant's database.</summary>
    public string Role => "m_" + TenantDatabaseName.Encode(Id);

    /// <summary>Publication, slot and subscription that carry rows to where the tenant moves.</summary>
    public string Forth => "mv_" + TenantDatabaseName.Encode(Id);

    /// <summary>The same, for the way back.</summary>
    public string Back => "mb_" + TenantDatabaseName.Encode(Id);

    /// <summary>Whether a slot has the form of a move's.</summary>
    public static bool IsSlot(string name) =>
        name.Length == "mv_".Length + TenantDatabaseName.EncodedLength && (name.StartsWith("mv_", StringComparison.Ordinal) || name.StartsWith("mb_", StringComparison.Ordinal));

    /// <summary>The event trigger that refuses changes of the schema meanwhile.</summary>
    public string Freeze => "mf_" + TenantDatabaseName.Encode(Id);
}
