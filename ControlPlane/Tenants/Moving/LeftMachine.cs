using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers.Removal;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Moving;

/// <summary>A machine that was a tenant's own and that it does not live on any more: nobody else may get it, and nobody should pay for it.</summary>
public sealed class LeftMachine(OperationLauncher launcher)
{
    /// <summary>Has it removed, in the caller's transaction; nothing where the server is no tenant's own. Wake what it returns after the commit.</summary>
    public async Task<Guid?> RemoveAsync(CatalogDb db, Guid server, Guid tenant, CancellationToken ct)
    {
        if (await db.Machines.SingleOrDefaultAsync(m => m.Id == server && m.TenantId == tenant && m.State == MachineState.Ready, ct) is not { } machine)
        {
            return null;
        }

        machine.TenantId = null;
        machine.BeginRemoval();
        return (await launcher.AddAsync<ServerRemoval>(db, machine.Id, machine.Name, new { }, "end of move", ct)).Id;
    }

    public void Wake(Guid? operation)
    {
        if (operation is { } id)
        {
            launcher.Wake(id);
        }
    }
}
