using ControlPlane.Operations;

namespace ControlPlane.Fleet;

/// <summary>Runs the migrations that tenants lack on a throw-away clone of a template, and keeps what PostgreSQL did.</summary>
public sealed class MigrationRehearsal : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } = [typeof(RehearseMigrations)];

    /// <param name="Server">Where to rehearse; null is where most tenants have the same schema.</param>
    /// <param name="From">Begin with an empty database and report on what comes after this version.</param>
    /// <param name="Tenant">Rehearse on a copy of this one's database instead.</param>
    public sealed record Request(string? Server = null, string? From = null, string? Tenant = null);
}
