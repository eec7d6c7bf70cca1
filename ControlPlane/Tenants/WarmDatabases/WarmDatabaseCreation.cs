using ControlPlane.Operations;
using ControlPlane.Tenants.Databases;

namespace ControlPlane.Tenants.WarmDatabases;

/// <summary>Makes a database in advance, so that a new tenant only needs to be given one.</summary>
public sealed class WarmDatabaseCreation : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } =
        [typeof(ReserveDatabase), typeof(PrepareTemplate), typeof(CreateRoles), typeof(CreateDatabase), typeof(StockDatabase)];

    /// <param name="Server">Where it is made.</param>
    public sealed record Request(Guid Server);
}
