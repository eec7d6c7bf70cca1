using Migrator.Databases;

namespace Migrator.Fleet;

/// <summary>What a run does with one database.</summary>
/// <param name="session">Open, as the target's owner role, or a superuser's where nothing but histories is read; closed afterwards.</param>
/// <exception cref="MigrationException">It failed; a transient error puts the database back into the queue.</exception>
public delegate Task<TargetResult> FleetWork(FleetTarget target, DatabaseSession session, CancellationToken ct);
