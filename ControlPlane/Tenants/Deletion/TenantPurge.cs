using ControlPlane.Operations;

namespace ControlPlane.Tenants.Deletion;

/// <summary>Removes what is left of a deleted tenant: database, roles, dump, domains. Nothing brings it back.</summary>
public sealed class TenantPurge : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } = [typeof(DropTenantDatabase), typeof(DeleteLastDump), typeof(RemoveHostRecord), typeof(RemoveDomains), typeof(ForgetTenant)];

    public override bool Undoable => false;
}
