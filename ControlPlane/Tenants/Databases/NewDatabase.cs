using ControlPlane.Access.Secrets;
using ControlPlane.Catalog;
using Provisioner.Postgres;

namespace ControlPlane.Tenants.Databases;

/// <summary>Makes the catalog row of a database that will be created: its id gives the names, its password is new.</summary>
public sealed class NewDatabase(SecretBox secrets)
{
    /// <param name="server">Where it will live.</param>
    /// <param name="madeFor">Tenant whose id is written into it.</param>
    /// <param name="known">Its id, when the caller has chosen one already.</param>
    public TenantDatabase On(Guid server, Guid? madeFor, Guid? known = null)
    {
        var id = known ?? Guid.CreateVersion7();
        return new TenantDatabase
        {
            Id = id,
            ServerId = server,
            MadeFor = madeFor,
            Name = new TenantDatabaseName(id).Database,
            PasswordSecret = secrets.Protect(LoginPassword.Generate().Reveal(), SecretPlaces.DatabasePassword(id)),
        };
    }
}
