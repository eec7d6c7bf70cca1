namespace Migrator.Lint;

/// <summary>A lock on a table that existed before the migration.</summary>
public sealed record LockSeen(string Table, LockMode Mode, TimeSpan Held);
