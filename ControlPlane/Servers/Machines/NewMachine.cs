using ControlPlane.Access;
using ControlPlane.Access.Keys;
using ControlPlane.Access.Secrets;
using ControlPlane.Catalog;
using Provisioner.Postgres;

namespace ControlPlane.Servers.Machines;

/// <summary>Makes the catalog row of a machine that will be ordered, with the key of the application that will run on it.</summary>
public sealed class NewMachine(IMachineProvider provider, SecretBox secrets)
{
    /// <summary>Adds it to <paramref name="db"/>.</summary>
    /// <param name="region">Null is any.</param>
    /// <param name="tenant">Whom it is for; null while that is open.</param>
    public Machine Add(CatalogDb db, Tier tier, string? region, Guid? tenant)
    {
        var id = Guid.CreateVersion7();
        var key = KeyText.Create();
        var name = Machine.NameOf(id, tier);
        var runtime = new ApiKey
        {
            Name = name, Prefix = KeyText.PrefixOf(key)!, Hash = KeyText.Hash(key), Role = Role.Runtime, ServerIds = [id], CreatedBy = "controlplane",
        };
        db.Set<ApiKey>().Add(runtime);
        var machine = new Machine
        {
            Id = id,
            Name = name,
            Tier = tier,
            TenantId = tenant,
            Choices = [.. provider.Choices(region).Select(c => $"{c.ServerType}@{c.Location}")],
            DatabaseSecret = secrets.Protect(LoginPassword.Generate().Reveal(), SecretPlaces.MachineDatabase(id)),
            RuntimeKeyId = runtime.Id,
            RuntimeKeySecret = secrets.Protect(key, SecretPlaces.MachineRuntimeKey(id)),
        };
        db.Machines.Add(machine);
        return machine;
    }
}
